"""Calls with every kind of parameter, argument unpacking, and their error messages."""


def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, e=7, x=8), f(1, d=0, a=9, b=8), f(*[1, 2], *(3, 4), **{"d": 5}, **{"z": 6}))
print(f(1, c=7, d=8))


def plain(a, b):
    return a, b


def defaults(a, b=[], c={}):
    b.append(a)
    c[a] = len(b)
    return len(b), len(c)


print(plain(b=1, a=2), defaults(1), defaults(2), defaults(3, []))


def only_kw(*, k, m=2):
    return k, m


def only_pos(a, b, /):
    return a, b


def stars(*args, **kwargs):
    return args, kwargs


print(only_kw(k=1), only_pos(1, 2), stars(), stars(1, *range(2), *"ab", k=1, **{"l": 2}), stars(**{"a b": 1}))
CALLS = """
plain(1)
plain()
plain(1, 2, 3)
plain(1, a=2)
plain(1, b=2, c=3)
plain(1, 2, b=3)
only_kw(1)
only_kw()
only_kw(k=1, z=2)
only_pos(1, b=2)
only_pos(a=1, b=2)
f()
f(1)
f(1, d=2, d_=3, **{'d': 4})
stars(**{1: 2})
stars(**5)
stars(*5)
stars(1, **{'a': 1}, **{'a': 2})
len()
len(1, 2)
len([], x=1)
int('5', bas=3)
(lambda x, y=1: x)(1, 2, 3)
(lambda: 0)(1)
[].append()
[].append(1, 2)
{}.get()
'a'.join()
object(1)
print(1, seperator='')
f(1, 2, 3, 4, e=1)
C()
C(1, 2)
C(1).method(1, 2)
C.method()
C(1).static(1)
"""


class C:
    def __init__(self, x):
        self.x = x

    def method(self, y):
        return self.x, y

    @staticmethod
    def static():
        return "s"


for line in CALLS.strip().splitlines():
    try:
        print(line, "->", eval(line))
    except TypeError as error:
        print(line, "->", error)

order = []


def note(x):
    order.append(x)
    return x


stars(note(1), *[note(2)], note(3), k=note(4), **{"m": note(5)}, n=note(6))
print(order)


def evaluated_default(x=note("default")):
    return x


print(order[-1], evaluated_default(), evaluated_default.__defaults__)
f.__defaults__ = (20, 30)
f.__kwdefaults__ = {"e": 50, "d": 40}
print(f(1))
g = lambda *a, **k: (a, k)
print(g(*(), **{}), g(*[[]], **{"self": 1}))


def recursive_default(n, acc=()):
    return acc if n == 0 else recursive_default(n - 1, acc + (n,))


print(recursive_default(5))
print((lambda a, /, *, b: a + b)(1, b=2))


def many(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, *rest, k1=1, k2=2, k3=3):
    return a1 + a10, rest, k1 + k2 + k3


print(many(*range(10)), many(*range(12), k2=20))
import functools
p = functools.partial(f, 1, d=2)
print(p(), p(5, e=6))
print(sorted([3, 1, 2], key=lambda v: -v), max("a", "bb", key=len), dict(a=1, **{"b": 2}))


def kw_order(**kwargs):
    return list(kwargs)


print(kw_order(z=1, a=2, **{"m": 3}, b=4))


def locals_check(a, *, b=2, **k):
    c = 3
    return sorted(locals().items(), key=lambda i: i[0])


print(locals_check(1, x=9))


class Meth:
    def m(self, *args, **kwargs):
        return args, kwargs

    c = classmethod(m)
    s = staticmethod(plain)


o = Meth()
bound = o.m
print(bound(1, k=2), o.m(*[1]), Meth.m(o, 3), Meth.c(4)[0], o.s(5, 6), getattr(o, "m")(7))
for i in range(2000):
    r = f(i, d=i, extra=i)
    s = stars(i, *[i], k=i)
print(r, s)
