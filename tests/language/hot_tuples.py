"""Tuples packed and unpacked, swapped, nested, compared, hashed and grown in hot loops."""


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) % 1000000007
    return a


def rotate(n):
    a, b, c, d = 1, 2.0, "x", None
    for i in range(n):
        a, b, c, d = d, a, b, c
    return a, b, c, d


def pairs(n):
    p, t = (0, 1), 0
    for i in range(n):
        x, y = p
        p = (y, x + 1)
        t += p[0] - p[1] + len(p)
    return p, t


def divmods(n):
    t = 0
    for i in range(n):
        q, r = divmod(i, 7)
        t += q - r
    return t


def return_many(n):
    def f(x):
        return x, x + 1, (x * 2, x * 3)

    t = 0
    for i in range(n):
        a, b, (c, d) = f(i)
        t += a + b + c - d
        e, *rest = f(i)
        t += len(rest)
    return t


def wrong_length(n):
    data, errors = [(1, 2), (1, 2, 3), (1,), [4, 5], "ab", {1: 1, 2: 2}, iter((1, 2))], 0
    for i in range(n):
        try:
            a, b = data[i % 7]
        except ValueError:
            errors += 1
    return errors


def kept(n):
    keep, t = [], ()
    for i in range(n):
        t = (i, t[:2])
        if i % 1000 == 0:
            keep.append(t)
    return keep, t


def compare(n):
    c = 0
    for i in range(n):
        c += (i % 3, i % 5) < (i % 4, i % 2)
        c += (i, 1) == (i, 1.0)
        c += (i % 2, "a") in [(0, "a"), (1, "b")]
        c += hash((i, i)) == hash((i, i))
    return c


def grow(n):
    t = ()
    for i in range(n):
        t += (i,)
        if len(t) > 50:
            t = t[25:]
    return len(t), t[:3], t[-1]


def loop_targets(n):
    pts = [(i, (i + 1, [i + 2])) for i in range(50)]
    t = 0
    for k in range(n):
        for a, (b, [c]) in pts:
            t += a * b - c
        pts[k % 50] = (k, (0.5 if k > n // 2 else 1, [k]))
    return t


def star(n):
    t = 0
    for i in range(n):
        first, *mid, last = (i, 1, 2, i)[: 2 + i % 3]
        t += first + len(mid) + last
        x = [*mid, i]
        y = (*x, *mid)
        t += len(y)
    return t


def swap_elements(n):
    l = list(range(10))
    for i in range(n):
        l[i % 10], l[(i * 3) % 10] = l[(i * 3) % 10], l[i % 10]
        (l[0], l[1]), l[2] = (l[1], l[2]), l[0]
    return l


print(fib(5000), rotate(4001), pairs(3000), divmods(3000), return_many(3000), wrong_length(2800), kept(2500), compare(2500), grow(3000), loop_targets(120), star(3000), swap_elements(3000), sep="\n")
