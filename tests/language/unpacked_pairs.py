"""Pairs of `zip`, `enumerate` and `dict.items` that are unpacked at once."""


def zipped(a, b):
    return [(x, y) for x, y in zip(a, b)]


def swapped(a, b):
    out = []
    for y, x in zip(a, b):
        out.append((x, y))
    return out


def three(a, b, c):
    out = []
    for x, y, z in zip(a, b, c):
        out.append(x + y * z)
    return out


print(zipped([1, 2, 3], (4, 5, 6)), swapped(range(3), [7, 8, 9]), three([1, 2], (3, 4), range(2)))
print(zipped("ab", [1, 2, 3]), zipped([1, 2, 3], iter([1])), swapped({1: 2}, {3}))


def count(values, start=0):
    out = []
    for i, v in enumerate(values, start):
        out.append((v, i))
    return out


print(count("ab"), count([None, ()], -1), count((1, 2), 2**62 - 2), count([5, 6, 7], 2**62 - 1))


def wrong(make):
    out = []
    try:
        for a, b in make():
            out.append((a, b))
    except (ValueError, RuntimeError, TypeError) as e:
        out.append(f"{type(e).__name__}: {e}")
    return out


print(wrong(lambda: zip([1], [2], [3])), wrong(lambda: zip([1])), wrong(lambda: [(1, 2), (1,)]))
print(wrong(lambda: zip([1, 2], 5)), wrong(lambda: zip([1, 2], [3], strict=True)))


def nested(rows):
    out = []
    for i, (a, b) in enumerate(rows):
        out.append(i * a + b)
    for a, (i, b) in zip("xy", enumerate("pq")):
        out.append(a + b * i)
    return out


print(nested([(1, 2), (3, 4), [5, 6]]))


def items(d):
    total = []
    for k, v in d.items():
        total.append(k + v)
    return total


def swapped_items(d):
    return {v: k for k, v in d.items()}


print(items({1: 2, 3: 4}), items({}), swapped_items({"a": 1, "b": 2}))


def changed(d, how):
    out = []
    try:
        for k, v in d.items():
            out.append((k, v))
            how(d, k)
    except RuntimeError as e:
        out.append(str(e))
    return out



print(changed({1: 2, 3: 4}, lambda d, k: d.update({9: 9})))
print(changed({1: 2, 3: 4}, lambda d, k: d.pop(k)))
print(changed({1: 2, 3: 4}, lambda d, k: d.update({k: 7})))


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def dropped():
    for a, b in zip([Noisy("a"), Noisy("b")], [1, 2]):
        print(a.name, b)
    del a
    print("end")


dropped()


def exhausted():
    it = {1: 2}.items().__iter__()
    for k, v in it:
        print(k, v)
    for k, v in it:
        print("never")
    z = zip([1, 2], [3, 4])
    for a, b in z:
        break
    print(a, b, next(z), list(z))


exhausted()
pairs = list(zip([1, 2], [3, 4]))
for pair in zip([1, 2], [3, 4]):
    pairs.append(pair)
    x, y = pair
print(pairs, x, y)
