"""Classes, functions and instances made inside hot loops; metaclasses, type(), nested defs."""


def classes(n):
    t = 0
    for i in range(n):
        class C:
            k = i

            def get(self):
                return self.k + i

        c = C()
        t += c.get()
        if i % 100 == 0:
            C.extra = 1
            t += c.extra
    return t, C.__name__, C.__qualname__


def dynamic(n):
    t = 0
    kept = []
    for i in range(n):
        K = type(f"K{i % 3}", (list,), {"size": property(lambda self: len(self) * 2)})
        k = K([1] * (i % 4))
        k.append(2)
        t += k.size
        if i % 200 == 0:
            kept.append(K)
    return t, [K.__name__ for K in kept], [issubclass(K, list) for K in kept][:2]


def meta(n):
    class M(type):
        made = 0

        def __call__(cls, *args):
            M.made += 1
            return super().__call__(*args)

    class A(metaclass=M):
        def __init__(self, v):
            self.v = v

    t = 0
    for i in range(n):
        t += A(i).v
    return t, M.made


def new_overridden(n):
    class Cache:
        seen = {}

        def __new__(cls, k):
            if k in cls.seen:
                return cls.seen[k]
            self = super().__new__(cls)
            cls.seen[k] = self
            return self

        def __init__(self, k):
            self.k = k
            self.inits = getattr(self, "inits", 0) + 1

    for i in range(n):
        c = Cache(i % 5)
    other = 0

    class Odd:
        def __new__(cls, k):
            return k if k % 2 else super().__new__(cls)

        def __init__(self, k):
            nonlocal other
            other += 1

    for i in range(n):
        o = Odd(i)
    return sorted((c.k, c.inits) for c in Cache.seen.values()), other, isinstance(o, int)


def functions(n):
    t = 0
    for i in range(n):
        def f(x, y=i, *, z=i * 2):
            """doc"""
            return x + y + z

        t += f(1) + f(1, 2, z=3) + len(f.__doc__)
        f.attr = i
        t += f.attr
        g = lambda *a: sum(a)
        t += g(1, 2, i)
    return t


def subclass_chain(n):
    class A:
        def f(self):
            return 1

    cls = A
    for i in range(30):
        class B(cls):
            def f(self, _i=i):
                return super(B_of[_i], self).f() + 1

        B_of[i] = B
        cls = B
    obj = cls()
    return sum(obj.f() for _ in range(n)), len(cls.__mro__)


B_of = {}


def isinstance_loop(n):
    class A:
        pass

    class B(A):
        pass

    class V:
        pass

    xs = [A(), B(), V(), 1, True, 1.5, "s", None, [], A]
    t = 0
    for i in range(n):
        x = xs[i % 10]
        t += isinstance(x, A) + 2 * isinstance(x, (int, B)) + 4 * issubclass(type(x), A) + 8 * (type(x) is bool) + 16 * isinstance(x, int | str)
        if i == n // 2:
            V.__bases__ = (B,) if False else V.__bases__
            xs[2].__class__ = B
    return t


def init_failures(n):
    class F:
        def __init__(self, v):
            if v % 3 == 0:
                raise ValueError(v)
            self.v = v

    class G:
        def __init__(self):
            return 5

    t = bad = 0
    for i in range(n):
        try:
            t += F(i).v
        except ValueError:
            bad += 1
        if i % 10 == 0:
            try:
                G()
            except TypeError:
                bad += 1
            try:
                F()
            except TypeError:
                bad += 1
    return t, bad


print(classes(400), dynamic(500), meta(2500), new_overridden(2000), functions(2000), subclass_chain(100), isinstance_loop(3000), init_failures(2500), sep="\n")
