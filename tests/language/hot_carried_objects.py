"""Objects that a loop's locals hold from one turn to the next, and what may happen to them on the way."""
import gc
import sys


class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, o):
        return P(self.x + o.x, self.y + o.y)

    def __eq__(self, o):
        return isinstance(o, P) and (self.x, self.y) == (o.x, o.y)

    def __repr__(self):
        return f"P({self.x}, {self.y})"


class Box:
    __slots__ = ("value", "inner")

    def __init__(self, value, inner):
        self.value = value
        self.inner = inner


def summed(n, step):
    total = P(0, step - step)
    for i in range(n):
        total = total + P(i, step)
    return total


def temporaries(n):
    s = 0
    for i in range(n):
        p = P(i, 1)
        q = p + P(1, 2)
        s += q.x * q.y
    return s, p, q


def swapped(n):
    a, b = P(1, 2), P(3, 4)
    for i in range(n):
        a, b = b + P(i, 1), a
    return a, b


def nested(n):
    b = Box(0, P(0, 0.5))
    for i in range(n):
        b = Box(b.value + i, b.inner + P(1, 0.25))
    return b.value, b.inner


def kept(n):
    p = P(0, 0)
    all_of_them = []
    for i in range(n):
        p = p + P(1, i)
        if i % 100 == 7:
            all_of_them.append(p)
    return all_of_them[:2], all_of_them[-1] is p, len(set(map(id, all_of_them)))


def same(n):
    p = q = P(0, 0)
    differ = 0
    for i in range(n):
        p = p + P(1, 1)
        q = p if i % 3 else P(i, i)
        differ += p is not q
    return differ, p, q


def changed_kind(n):
    p = P(0, 0)
    for i in range(n):
        if i == n // 2:
            p = P(0.5, p.y)
        if i == n - 20:
            p = P(10**30, p.y)
        p = p + P(1, 2)
    return p


def grown(n):
    p = P(0, 0)
    for i in range(n):
        p = p + P(1, 1)
        if i > n - 10:
            p.z = i
    return p, p.z


def written(n):
    p = P(0, 0)
    for i in range(n):
        p = p + P(0, 1)
        p.x = i
        p.y += p.x
    return p


def lists_in(n):
    p = P([0], ())
    for i in range(n):
        p = P(p.x, (i, p.y[:1]))
        p.x[0] += 1
    return p


def tuples(n):
    t = (0, 1)
    u = (0, (1, 2.5))
    for i in range(n):
        t = (t[1], (t[0] + i) % 1000)
        u = (u[0] + 1, (u[1][0] ^ i, u[1][1] + 0.5))
    return t, u


def functions(n):
    def f(x):
        return x

    total = 0
    for i in range(n):
        total += f(i)
        f = lambda x, k=i: x + k
        if i == n - 3:
            print(f.__defaults__, f.__name__, f(1))
    return total, f(0)


def dicts(n):
    d = {}
    for i in range(n):
        d = {"a": i, "b": d.get("a", 0)}
        if i == n - 1:
            d["c"] = 3
    return d


def branches(n):
    p = P(0, 0)
    for i in range(n):
        if i % 2:
            p = p + P(1, 0)
        else:
            p = P(p.x, p.y + 1)
        if i % 5 == 0:
            continue
        p = P(p.y, p.x)
    return p


def left(n):
    p = P(0, 0)
    i = 0
    while True:
        p = p + P(1, i)
        i += 1
        if p.x >= n:
            break
    return p, i


def seen(n):
    found = None
    p = P(0, 0)
    for i in range(n):
        p = p + P(1, 1)
        if i == n - 2:
            found = sys._getframe().f_locals["p"]
    return found, p


def counted(n):
    gc.collect()
    p = P(0, None)
    o = object()
    before = sys.getrefcount(o)
    for i in range(n):
        p = P(i, o)
    after = sys.getrefcount(o)
    del p
    return after - before, sys.getrefcount(o) - before


def reclassed(n):
    p = P(0, 0)
    for i in range(n):
        p = p + P(1, 1)
        if i == n - 50:
            P.__add__ = lambda a, b: P(a.x - b.x, a.y)
    return p


for n in (3, 40, 1500):
    print(summed(n, 1), summed(n, 0.5), temporaries(n), swapped(n), nested(n))
    print(same(n), changed_kind(n + 30), grown(n + 20), written(n), lists_in(n).x, tuples(n))
    print(functions(n), dicts(n), branches(n), left(n), seen(n + 2), counted(n))
print(kept(1000), reclassed(1000))
