"""Every kind of argument passing in hot loops: defaults, keywords, stars, wrong calls, partials."""
import functools


def f(a, b=2, *args, c=3, **kw):
    return a + b + sum(args) + c + sum(kw.values())


def g(*args, **kwargs):
    return f(*args, **kwargs)


def pos(a, b, /, c):
    return a * 100 + b * 10 + c


def loop(n):
    t = 0
    d = {"c": 1, "x": 2}
    tup = (1, 2, 3)
    for i in range(n):
        t += f(i) + f(i, 1) + f(i, b=1) + f(b=i, a=1) + f(1, 2, 3, 4, c=i) + f(i, z=1, y=2)
        t += f(*tup) + f(*tup, **d) + f(i, **d) + g(i, *tup, k=1) + pos(1, i % 10, c=2) + g(*[i] * (i % 3 + 1))
        if i == n // 2:
            d = {"c": 0.5}
            tup = [4]
    return t


def errors(n):
    bad = 0
    for i in range(n):
        try:
            if i % 4 == 0:
                pos(1, 2)
            elif i % 4 == 1:
                pos(1, b=2, c=3)
            elif i % 4 == 2:
                f()
            else:
                bad += f(1)
        except TypeError as error:
            bad += len(str(error))
    return bad


def mutable_default(n):
    def h(x, acc=[]):
        acc.append(x)
        return len(acc)

    t = 0
    for i in range(n):
        t += h(i)
        if i % 1000 == 0:
            h.__defaults__[0].clear()
    return t


def partials(n):
    p = functools.partial(f, 1, c=2)
    q = functools.partial(p, 5)
    t = 0
    for i in range(n):
        t += p(i) + q() + q(c=i)
    return t


def kwargs_identity(n):
    def change(**kw):
        kw["x"] += 1
        return kw

    d = {"x": 1}
    t = 0
    for i in range(n):
        t += change(**d)["x"]
    return t, d


def star_iter(n):
    def count(*a):
        return len(a)

    t = 0
    for i in range(n):
        t += count(*range(i % 5)) + count(*"ab", *{i: 1}) + count(*(x for x in (1, 2)))
    return t


def method_calls(n):
    class C:
        def m(self, x, *, y=1):
            return x + y

        def __call__(self, *a):
            return len(a)

        @classmethod
        def cm(cls, k):
            return cls(), k

    c, t = C(), 0
    m = c.m
    for i in range(n):
        t += c.m(i) + c.m(x=i, y=2) + m(1, y=i) + C.m(c, 1) + c(1, 2) + c.cm(3)[1] + C.cm(4)[1]
    return t


def builtin_calls(n):
    t = 0
    for i in range(n):
        t += int("7") + int("ff", base=16) + max(i, 3) + min(1, 2, 3) + abs(-i) + len([1]) + pow(2, 3) + pow(2, 5, 7) + round(2.5) + ord("a") + sum((1, 2), start=3) + len(str(i)) + len(sorted([2, 1], reverse=True)) + divmod(i, 7)[1] + hash(i) % 3 + bool(i) + isinstance(i, int) + isinstance(i, (str, float)) + callable(f) + id(f) * 0
    return t


def varying_functions(n):
    fs = [lambda x: x, lambda x, y=1: x + y, lambda *a: len(a), lambda **k: 5 if not k else 0, abs, str.upper, int]
    t = 0
    for i in range(n):
        k = i % 7
        t += len(fs[5]("a")) if k == 5 else fs[3]() if k == 3 else fs[k](i)
    return t


def growing_stack(n):
    def big(a, b, c, d, e, f, g, h, i, j):
        return ((a, b, c, d, e), (f, g, h, i, j), [a + b + c + d + e + f + g + h + i + j])

    t = 0
    for k in range(n):
        x = big(k, 1, 2, 3, 4, 5, 6, 7, 8, k)
        t += x[2][0] + x[0][0] + x[1][4]
    return t


print(loop(2000), errors(2000), mutable_default(2500), partials(2000), kwargs_identity(2000), star_iter(2000), method_calls(2000), builtin_calls(2000), varying_functions(3000), growing_stack(2500), sep="\n")
