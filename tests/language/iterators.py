"""The iteration protocol: __iter__/__next__, __getitem__, iter with sentinel, builtins over iterators."""


class Up:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i == self.n:
            raise StopIteration
        self.i += 1
        return self.i

    def __length_hint__(self):
        return self.n


class Items:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * 10


print(list(Up(4)), tuple(Up(2)), sum(Up(5)), max(Up(3)), sorted(Up(3), reverse=True), [*Up(2), *Up(3)])
print(list(Items()), 20 in Items(), 25 in Items(), list(reversed([1, 2, 3])), list(iter(Items())))
a, b, c = Up(3)
print(a, b, c)
it = iter([1, 2, 3])
print(next(it), list(it), next(it, "default"))
values = [3, 1, 4, 1, 5]
print(list(iter(lambda: values.pop(), 1)), values)
print(list(zip(Up(3), "abcd")), list(enumerate("ab", 5)), list(map(lambda a, b: a + b, Up(3), Up(2))), list(filter(None, [0, 1, "", 2])))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
print(list(reversed(range(0, 10, 3))), list(reversed("abc")), list(reversed({1: 2, 3: 4})))
for bad in ("iter(5)", "next([])", "list(5)", "for_(5)", "a, b = 5", "a, b = [1]", "a, b = [1, 2, 3]", "[*5]", "next(iter([]))", "a, *b = []"):
    try:
        exec(bad, {"for_": lambda x: [i for i in x]})
    except (TypeError, ValueError, StopIteration) as error:
        print(bad, "->", type(error).__name__, error)


class BadIter:
    def __iter__(self):
        return 5


class BadNext:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("from next")


try:
    iter(BadIter())
except TypeError as error:
    print(error)
try:
    for _ in BadNext():
        pass
except ValueError as error:
    print(error)
it = iter(range(5))
for x in it:
    if x == 1:
        break
print(list(it))
l = [1, 2, 3]
for x in l:
    if x < 3:
        l.append(x * 10)
print(l)
it = iter([])
print(next(it, None), list(it), it.__length_hint__(), iter([1, 2]).__length_hint__())
d = {"a": 1, "b": 2}
for kind in (d, d.keys(), d.values(), d.items(), {1}, "s", b"b", range(2), (1,), [1]):
    print(type(iter(kind)).__name__, end=" ")
print()
pairs = iter([1, 2, 3, 4])
print(list(zip(pairs, pairs)), dict(zip("ab", [1, 2])), dict([("x", 1)]), dict(["ab", "cd"]))
outer = [[1, 2], [3], []]
print([x for row in outer for x in row], sum(outer, []), sum([0.1] * 10), sum([1, 2.5, 3]), sum([[1], [2]], [0]))
print(min([3, 1, 2]), min("b", "a"), max([], default="none"), min([(2, "a"), (1, "b")]), max(3, 1, key=lambda v: -v))
print(any([]), all([]), any(x > 2 for x in Up(5)), all(x for x in Up(3)))
print("".join(str(i) for i in Up(5)), ",".join(map(str, Up(3))), bytes(Up(3)), bytearray(Up(2)), set(Up(3)) == {1, 2, 3}, frozenset(Up(1)))
class Exhausted:
    def __init__(self):
        self.calls = 0
    def __iter__(self):
        return self
    def __next__(self):
        self.calls += 1
        if self.calls % 3 == 0:
            raise StopIteration
        return self.calls
e = Exhausted()
print(list(e), list(e), next(e))
r = range(10, 0, -3)
print(list(r), r[1], r[-1], len(r), 7 in r, 8 in r, r.index(4), r[1:3], r == range(10, -1, -3), hash(r) == hash(range(10, 0, -3)), r.count(1))
print(range(5)[::-1], range(0), list(range(2 ** 70, 2 ** 70 + 3)), len(range(0, 10 ** 18, 7)), range(3) == range(0, 3, 1), bool(range(0)))
from collections import deque
q = deque([1, 2, 3], maxlen=3)
q.append(4)
print(list(q), q[0], q[-1], list(reversed(q)))
