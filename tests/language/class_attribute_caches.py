# Attributes of classes, class methods, static methods and properties at sites that have seen others; what is
# remembered must not outlive a change.
import sys


class Meta(type):
    tag = "meta"

    @property
    def shown(cls):
        return "shown by " + cls.__name__


class A:
    limit = 1

    @staticmethod
    def s(x):
        return ("A.s", x)

    @classmethod
    def c(cls, x):
        return (cls.__name__, x)

    def m(self, x):
        return ("A.m", x)

    @property
    def p(self):
        return ("A.p", sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name)

    def __add__(self, other):
        return sys._getframe().f_code.co_name, sorted(locals())


class B(A):
    limit = 2

    @classmethod
    def c(cls, x):
        return ("B", super().c(x))


class C(metaclass=Meta):
    limit = 3

    @staticmethod
    def s(x):
        return ("C.s", x)


def look(k):
    return k.limit, k.s(k.limit)


def call(o, x):
    return o.c(x), o.s(x)


def prop(o):
    return o.p


for _ in range(40):
    found = [look(k) for k in (A, B, C)]
print(found)
A.limit = 10
print(look(A), look(B))
del B.limit
print(look(B))
B.s = lambda x: ("new", x)
print(look(B), look(A))
del B.s
Meta.limit = property(lambda cls: "from meta")
print(look(C))
del Meta.limit
print(look(C), C.shown, C.tag)

for _ in range(40):
    found = [call(o, 5) for o in (A(), B(), A, B)]
print(found)
A.c = classmethod(lambda cls, x: ("changed", cls.__name__, x))
print(call(A(), 1), call(B, 2))
A.s = staticmethod(max)
try:
    call(A(), 1)
except TypeError as e:
    print(e)
a = A()
a.c = lambda x: ("own", x)
a.s = lambda x: ("own too", x)
print(call(a, 1))

for _ in range(40):
    found = prop(A()), A() + 1
print(found)
A.p = 7
print(prop(A()))
A.p = property(lambda self: "other")
print(prop(A()), prop(B()))

# Descriptors that are initialized again.
A.s = sm = staticmethod(lambda x: "first")
A.p = pr = property(lambda self: "first")
A.c = cm = classmethod(lambda cls, x: "first")
for _ in range(40):
    found = call(A(), 1), prop(A()), A.s(1), A.c(1)
print(found)
sm.__init__(lambda x: "second")
pr.__init__(lambda self: "second")
cm.__init__(lambda cls, x: "second")
print(call(A(), 1), prop(A()), A.s(1), A.c(1))


# Properties that raise, that recur, and without a getter.
class D:
    def __init__(self, n):
        self.n = n

    @property
    def depth(self):
        return 1 + D(self.n - 1).depth if self.n else 0

    @property
    def bad(self):
        raise KeyError("bad")

    @property
    def missing(self):
        return self.nothing

    def __getattr__(self, name):
        return "fallback " + name

    nobody = property()


d = D(3)
for _ in range(3):
    print(d.depth, D(30).depth, d.missing)
    try:
        d.bad
    except KeyError as e:
        print(repr(e), e.__traceback__.tb_next.tb_frame.f_code.co_name)
print(d.nobody)


# What zip and enumerate give out is new unless nobody kept the last.
kept = []
for k, pair in enumerate(zip("abcd", range(4))):
    if k % 2:
        kept.append(pair)
print(kept, list(zip("ab", [1, 2])), list(enumerate("xy", 5)))
z = zip([1, 2, 3], [4, 5, 6])
first = next(z)
print(hash(first) == hash((1, 4)), next(z), first, hash(next(z)) == hash((3, 6)))
seen = {pair for pair in zip("aab", "xxy")}
print(sorted(seen), [hash(p) == hash((i, c)) for i, c in enumerate("abc") for p in [(i, c)]])
hashes = [hash(p) for p in enumerate("abc")]
print(hashes == [hash((0, "a")), hash((1, "b")), hash((2, "c"))])
