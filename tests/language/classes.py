"""Classes: creation, inheritance, MRO, class attributes, special methods, name mangling."""


class A:
    """Doc of A."""

    shared = []
    count = 0

    def __init__(self, x):
        self.x = x
        A.count += 1

    def who(self):
        return "A"

    def call(self):
        return self.who()

    @classmethod
    def make(cls, *args):
        return cls(*args)

    @staticmethod
    def add(a, b):
        return a + b


class B(A):
    def who(self):
        return "B" + super().who()


class C(A):
    def who(self):
        return "C" + super().who()


class D(B, C):
    def who(self):
        return "D" + super().who()


print(D(1).call(), [k.__name__ for k in D.__mro__], D.__bases__ == (B, C))
print(A.__doc__, A.__name__, A.__qualname__, A.__module__, D.__base__.__name__)
print(B.make(3).x, type(B.make(3)).__name__, D.add(1, 2), D(0).add(3, 4), A.count)
a, b = A(1), A(2)
a.shared.append(5)
print(b.shared, A.shared)
a.shared = "own"
print(a.shared, b.shared, vars(a), sorted(vars(b)))
del a.shared
print(a.shared)
try:
    del a.shared
except AttributeError as error:
    print(error)
try:
    a.missing
except AttributeError as error:
    print(error, error.name, error.obj is a)
try:
    A.missing
except AttributeError as error:
    print(error)
try:
    A()
except TypeError as error:
    print(error)
try:
    class Bad(A, B):
        pass
except TypeError as error:
    print(error)
try:
    class Bad2(int, str):
        pass
except TypeError as error:
    print(error)


class Mangled:
    __secret = 1

    def __init__(self):
        self.__own = 2
        self.__dunder__ = 3

    def get(self):
        return self.__own, self.__secret, self.__dunder__, self.__method()

    def __method(self):
        return "private"


m = Mangled()
print(m.get(), sorted(vars(m)), m._Mangled__secret, hasattr(m, "__own"))


class _Under:
    __x = 5

    def get(self):
        return self.__x


print(_Under().get(), _Under._Under__x)


class Special:
    def __init__(self):
        self.log = []

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(f"no {name}")

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name != "log":
            self.log.append(("set", name))

    def __delattr__(self, name):
        self.log.append(("del", name))
        object.__delattr__(self, name)

    def __len__(self):
        return 3

    def __getitem__(self, key):
        if isinstance(key, slice):
            return ("slice", key.start, key.stop, key.step)
        if key == 3:
            raise IndexError
        return key

    def __setitem__(self, key, value):
        self.log.append(("setitem", key, value))

    def __delitem__(self, key):
        self.log.append(("delitem", key))

    def __contains__(self, item):
        return item == "x"

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __bool__(self):
        return False

    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"

    def __format__(self, spec):
        return f"<{spec}>"

    def __index__(self):
        return 2

    def __hash__(self):
        return 77


s = Special()
s.y = 1
del s.y
s[1] = 2
s[1:2, ...] = 3
del s[0]
print(s.log, s.dyn_thing, len(s), list(s), s[1:2], s[::2], "x" in s, "y" in s)
print(s(1, k=2), bool(s), str(s), repr(s), [s], f"{s} {s!r} {s:spec}", [10, 20, 30][s], hash(s), {s: 1}[s])
try:
    s.other
except AttributeError as error:
    print(error)


class GetAttribute:
    def __init__(self):
        self.real = 1

    def __getattribute__(self, name):
        if name == "fake":
            return "made up"
        return super().__getattribute__(name)


g = GetAttribute()
print(g.fake, g.real, getattr(g, "none", "default"))


class New:
    def __new__(cls, value):
        if value < 0:
            return None
        self = super().__new__(cls)
        self.made = True
        return self

    def __init__(self, value):
        self.value = value


print(New(1).value, New(-1), New(2).made)


class Int(int):
    def __new__(cls, value):
        return super().__new__(cls, value * 2)

    def __add__(self, other):
        return Int(int(self) + other)


print(Int(4), Int(4) + 1, 1 + Int(4), type(Int(1) + 1).__name__, isinstance(Int(1), int), Int(3) * 2)

print(isinstance(True, int), issubclass(bool, (str, int)), type(type), type(A) is type)
X = type("X", (A,), {"extra": 1, "method": lambda self: self.x + 1})
print(X(4).method(), X.extra, X.__name__, X.__mro__[1].__name__)


class Callable:
    def __call__(self, x):
        return x * 2


print(list(map(Callable(), [1, 2, 3])), callable(Callable()), callable(3))
D.new = "added later"
print(D(1).new, hasattr(C, "new"))
d = D(1)
d.__class__ = C
print(d.who(), type(d).__name__)
print(A.who.__qualname__, A(1).who.__func__ is A.who, A.who(A(1)))
bound = A(9).call
print(bound(), bound.__self__.x, bound.__name__)


class Empty:
    pass


e = Empty()
e.a, e.b, e.c = 1, 2, 3
print(e.__dict__, list(e.__dict__))
e.__dict__["d"] = 4
print(e.d, vars(e))
e.__dict__ = {"z": 26}
print(e.z, hasattr(e, "a"))
print(object() == object(), (lambda o: o == o)(object()), Empty() != Empty())


class Outer:
    class Inner:
        class Deep:
            def f(self):
                pass


print(Outer.Inner.Deep.f.__qualname__, Outer.Inner.__qualname__)


def local():
    class L:
        def m(self):
            return lambda: 0

    return L


print(local().__qualname__, local()().m().__qualname__)
