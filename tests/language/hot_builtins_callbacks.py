"""Builtins that call back: sorted, map, filter, min, max, sum, any, all, reduce, iter, zip, enumerate."""
import functools
import itertools


def callbacks(n):
    t = 0
    data = [(i * 7919) % 101 for i in range(20)]
    for i in range(n):
        t += sum(map(lambda x: x + i, data)) + sum(filter(lambda x: x % 2, data)) + max(data, key=lambda x: -x * (i % 3))
        t += functools.reduce(lambda a, b: (a * 3 + b) % 1009, data) + any(x == i for x in data) + all(x < 200 for x in data)
        t += sorted(data, key=lambda x: (x % (i % 7 + 1), x))[3] + min(data, key=abs)
    return t


def raising_callbacks(n):
    caught = t = 0
    for i in range(n):
        try:
            t += sum(map(lambda x: x // (x - i % 30), range(10)))
        except ZeroDivisionError:
            caught += 1
        try:
            sorted([3, 1, 2], key=lambda x: [1][x - 1])
        except IndexError:
            caught += 1
    return t, caught


def enumerates(n):
    t = 0
    for k, (a, b) in enumerate(zip(range(n), itertools.count(5)), 10):
        t += k * a - b
    for i, c in enumerate("abc" * (n // 3)):
        t += i * ord(c)
    return t


def zips(n):
    t = 0
    for a, b, c in zip(range(n), [1, 2, 3] * n, (x for x in range(n - 100))):
        t += a * b + c
    return t


def maps(n):
    t = 0
    for x in map(lambda v: v * 2, filter(lambda v: v % 3, range(n))):
        t += x
    return t


def reversed_loop(n):
    t = 0
    for i, x in enumerate(reversed(range(n))):
        t += i * x
    for x in reversed([1, 2.5, 3] * 500):
        t += x
    return t


def itertools_loop(n):
    t = 0
    for a, b in itertools.product(range(n // 50), repeat=2):
        t += a ^ b
    for p in itertools.permutations(range(5)):
        t += p[0] * p[4]
    for c in itertools.combinations(range(12), 3):
        t += sum(c)
    for i, x in zip(range(n), itertools.cycle([1, 2, 3])):
        t += i * x
    for k, grp in itertools.groupby(range(n), key=lambda v: v // 100):
        t += k * len(list(grp))
    t += sum(itertools.takewhile(lambda v: v < 1000, itertools.accumulate(range(n))))
    t += sum(itertools.islice(itertools.chain.from_iterable([[1, 2]] * n), 5, n, 3))
    return t


def nested_state(n):
    calls = 0

    def key(x):
        nonlocal calls
        calls += 1
        if calls == 1500:
            return float(x)
        return x

    t = 0
    for i in range(n):
        t += sorted([3, 1, 2], key=key)[0] + max([1, 5, 2], key=key)
    return t, calls


def min_max(n):
    t = 0
    best = None
    for i in range(n):
        v = (i * 7919) % 1013
        best = v if best is None else min(best, v)
        t += max(v, i) - min(i, 7, v) + max([v, i]) + (best or 0)
        if i == 2000:
            t += max(v, 0.5)
    return t


def ranges(n):
    t = 0
    for i in range(n, 0, -3):
        t += i
    for i in range(-n, n, 7):
        t -= i
    for k in (1, 2, 3, -1, -2):
        for i in range(0, 50 * k, k):
            t += i * k
    for i in range(0):
        t = None
    for i in range(2 ** 62 - 300, 2 ** 62 + 300):
        t += i & 3
    for i in range(10 ** 20, 10 ** 20 + 700):
        t += i % 10
    for i in range(n):
        i *= 2
        t += i
    return t, i


print(callbacks(300), raising_callbacks(800), enumerates(3000), zips(3000), maps(4000), reversed_loop(3000), itertools_loop(3000), nested_state(800), min_max(3000), ranges(4000), sep="\n")
