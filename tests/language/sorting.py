"""Sorting: stability, keys, reverse, errors in comparisons, mutation during sort."""
data = [(i * 7919 % 10, i) for i in range(30)]
print(sorted(data, key=lambda p: p[0]))
print(sorted(data, key=lambda p: p[0], reverse=True))
print(sorted([3, 1.5, True, -2, 10 ** 20]), sorted(["b", "B", "a", "", "é"]), sorted([(2, "a"), (1, "z"), (1, "b")]), sorted({3: 1, 1: 2}), sorted("hello", reverse=True), sorted([[2], [1, 5], [1]]))
l = [5, 3, 9]
print(l.sort(), l, l.sort(reverse=True), l, l.sort(key=str), l)


class Item:
    count = 0

    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        Item.count += 1
        return self.v < other.v

    def __repr__(self):
        return f"I{self.v}"


print(sorted([Item(3), Item(1), Item(2)]), min([Item(3), Item(1)]), max(Item(3), Item(1)))
for bad in ("sorted([1, 'a'])", "sorted([None, 1])", "sorted([1], key=5)", "sorted(5)", "sorted([{}, {}])", "sorted([1, 2], lambda x: x)", "[].sort(1)", "sorted([1j, 2j])", "max([])", "min(1)", "max([1, 'a'])"):
    try:
        print(eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class Bad:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        if self.v == 5 or other.v == 5:
            raise ValueError("compare")
        return self.v < other.v


items = [Bad(v) for v in (3, 9, 5, 1)]
try:
    items.sort()
except ValueError as error:
    print(error, sorted(b.v for b in items))
mutated = [3, 1, 2]


def key(x):
    mutated.append(x)
    return x


try:
    mutated.sort(key=key)
except ValueError as error:
    print(error, mutated)
import functools
print(sorted("banana", key=functools.cmp_to_key(lambda a, b: (a < b) - (a > b))))
state = 1
numbers = []
for _ in range(2000):
    state = state * 1103515245 + 12345 & 0x7FFFFFFF
    numbers.append(state >> 8)
s = sorted(numbers)
print(all(a <= b for a, b in zip(s, s[1:])), sum(i * v for i, v in enumerate(s)) % 1000003)
runs = list(range(500)) + list(range(700, 200, -1)) + [5] * 100 + list(range(100))
print(sum(i * v for i, v in enumerate(sorted(runs))) % 1000003, sum(i * v for i, v in enumerate(sorted(runs, reverse=True))) % 1000003)
floats = [((i * 7919) % 1000) / 7 for i in range(1000)]
print(sorted(floats)[::200], sorted(floats, key=lambda f: -f)[0])
words = [chr(97 + i % 26) * (i % 5 + 1) for i in range(300)]
print(sorted(set(words), key=lambda w: (len(w), w))[:5], sorted(words, key=len)[100])


def insertion(values):
    values = values[:]
    for i in range(1, len(values)):
        v = values[i]
        j = i - 1
        while j >= 0 and values[j] > v:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = v
    return values


def quick(values):
    if len(values) < 2:
        return values
    pivot = values[len(values) // 2]
    return quick([v for v in values if v < pivot]) + [v for v in values if v == pivot] + quick([v for v in values if v > pivot])


def merge(values):
    if len(values) < 2:
        return values
    m = len(values) // 2
    a, b, out = merge(values[:m]), merge(values[m:]), []
    i = j = 0
    while i < len(a) and j < len(b):
        if b[j] < a[i]:
            out.append(b[j])
            j += 1
        else:
            out.append(a[i])
            i += 1
    return out + a[i:] + b[j:]


sample = numbers[:300]
print(insertion(sample) == quick(sample) == merge(sample) == sorted(sample), merge(words[:50]) == sorted(words[:50]), quick(floats[:100]) == sorted(floats[:100]))
