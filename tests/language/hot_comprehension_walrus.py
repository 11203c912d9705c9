"""Comprehensions and walrus targets inside hot loops; results that escape or not."""


def lists(n):
    t = 0
    for i in range(n):
        l = [j * i for j in range(i % 6)]
        t += sum(l) + len([x for x in l if x % 2])
        t += [k for k in "abc"][i % 3] == "a"
        if i == n // 2:
            t += [y / 2 for y in range(3)][1]
    return t


def walrus(n):
    t = 0
    for i in range(n):
        if (m := i % 7) > 3 and (k := m * 2) < 12:
            t += m + k
        t += [last := j for j in range(3)][0] + last
        while (q := t % 5) > 2:
            t += q
    return t, m, last


def nested(n):
    t = 0
    for i in range(n):
        grid = [[a * b for a in range(3)] for b in range(i % 4)]
        t += sum(sum(r) for r in grid)
        flat = [v for r in grid for v in r if v != i % 5]
        t += len(flat)
    return t


def dict_set(n):
    t = 0
    for i in range(n):
        d = {k: k * i for k in range(i % 5)}
        s = {v % 3 for v in d.values()}
        t += len(s) + sum(d.values()) + len({k for k in d if k % 2})
    return t


def closures(n):
    t = 0
    for i in range(n):
        fs = [lambda x, k=k: x + k + i for k in range(3)]
        gs = [lambda: k for k in range(3)]
        t += sum(f(1) for f in fs) + sum(g() for g in gs)
    return t


def exceptions(n):
    bad = 0
    for i in range(n):
        try:
            [10 // (j - i % 9) for j in range(5)]
        except ZeroDivisionError:
            bad += 1
        try:
            {k: v for k, v in [(1, 2), (3,)][: 1 + i % 2]}
        except ValueError:
            bad += 1
    return bad


def big(n):
    l = [i * 2 for i in range(n)]
    f = [i / 2 for i in l if i % 3]
    s = [str(i) for i in range(n) if i % 7 == 0]
    m = [x if x % 2 else float(x) for x in range(n)]
    o = [x << 60 for x in range(n)]
    return sum(l), sum(f), len("".join(s)), sum(m), sum(o)


def generator_args(n):
    return sum(i * j for i in range(n) for j in range(i % 5)), max(x for x in range(n)), sorted((x * 7919) % 101 for x in range(n))[n // 2], list(zip(*((i, -i) for i in range(3))))


print(lists(1500), walrus(2500), nested(1200), dict_set(1500), closures(800), exceptions(1500), big(5000), generator_args(3000), sep="\n")
