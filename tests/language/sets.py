"""set and frozenset: operations, comparison, hashing, mutation during iteration."""
a, b = {1, 2, 3}, {2, 3, 4}
print(a | b, a & b, a - b, a ^ b, a <= b, {2} < a, a >= {1}, a == {3, 2, 1}, a != b, 2 in a, len(a), bool(set()))
print(a.union([5], (6,)), a.intersection([1, 2], [2]), a.difference([1]), a.symmetric_difference([3, 9]), a.issubset(range(5)), a.issuperset([1]), a.isdisjoint([8]))
s = set()
s.add(1)
s.add(1.0)
s.add(True)
s.update([2, 3], "a")
s.discard("zz")
s.remove(2)
print(len(s), 1 in s, s - {"a"}, sorted(map(str, s)))
s = {1, 2, 3, 4}
s &= {1, 2, 3}
s |= {9}
s -= {1}
s ^= {2, 7}
print(sorted(s), s.copy() == s, s is s.copy())
f = frozenset([1, 2])
print(f, hash(f) == hash(frozenset([2, 1])), {f: "v"}[frozenset({1, 2})], f | {3}, type(f | {3}).__name__, type({3} | f).__name__, f == {1, 2}, frozenset(f) is f, frozenset())
for bad in ("{1} + {2}", "{[]}", "set().pop()", "{1}.remove(5)", "{1} | [2]", "set(5)", "{1} < [1]", "hash({1})", "frozenset().add(1)", "{1}[0]", "{{1}}", "set(1, 2)", "{1}.union(3)"):
    try:
        print(bad, "->", eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as error:
    print(error)
print(repr(set()), repr(frozenset({1})), {frozenset({1})} == {frozenset([1])}, {1, 1.0, True}, {True, 1}, {0, False, 0.0}, set("a"), {*range(3), *[1]}, {i % 2 for i in range(9)})
print({1} in [{1}], {1} in {frozenset({1})}, set([(1, 2), (1, 2)]), max({3, 1, 2}), sum({1, 2}), sorted({"b", "a"}), list({5}), [*{1}])


class Weird(set):
    def __contains__(self, x):
        return x == "magic"


w = Weird([1])
print("magic" in w, 1 in w, len(w), w | {2}, type(w | {2}).__name__)


def sieve(n):
    primes = set(range(2, n))
    for i in range(2, int(n ** 0.5) + 1):
        if i in primes:
            primes -= set(range(i * i, n, i))
    return len(primes), sum(primes)


def walk():
    seen, x, steps = set(), 1, 0
    while x not in seen:
        seen.add(x)
        x = x * 48271 % 10007
        steps += 1
    return steps, x, len(seen)


def mixed():
    s = set()
    for i in range(3000):
        s.add(i % 50)
        s.add((i % 7, i % 3))
        s.add(str(i % 5))
        if i % 11 == 0:
            s.discard(i % 50)
    return len(s), (3, 1) in s, "4" in s, 60 in s


def pops():
    s = set(range(100))
    total = 0
    while s:
        total += s.pop()
    return total


print(sieve(2000), walk(), mixed(), pops())
