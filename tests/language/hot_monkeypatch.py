"""Classes, methods, globals and builtins replaced while loops that use them are hot."""
import builtins
import math


class A:
    factor = 2
    count = 0

    def f(self, x):
        return x + 1

    @property
    def p(self):
        return 10

    @staticmethod
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.factor


class B(A):
    pass


def patch_method(n):
    b, t, log = B(), 0, []
    for i in range(n):
        t += b.f(i)
        if i == 1000:
            A.f = lambda self, x: x + 2
        elif i == 1500:
            B.f = lambda self, x: x * 2
        elif i == 2000:
            del B.f
        elif i == 2500:
            b.f = lambda x: -x
        elif i == 3000:
            del b.f
        if i % 500 == 0:
            log.append(t)
    return t, log


def patch_attribute(n):
    a, t = A(), 0
    for i in range(n):
        t += a.factor + A.factor + a.c()
        if i == 1000:
            A.factor = 3
        elif i == 1500:
            a.factor = 0.5
        elif i == 2000:
            A.factor = "x" * 0 or 7
        elif i == 2200:
            del a.factor
        A.count += 1
    return t, A.count


def patch_property(n):
    a, t = A(), 0
    for i in range(n):
        t += a.p + a.s(1)
        if i == 900:
            A.p = property(lambda self: 20)
        elif i == 1400:
            A.p = 5
        elif i == 1800:
            A.s = staticmethod(lambda x: x * 100)
        elif i == 2100:
            A.p = property(lambda self: self.count % 2)
    return t


def patch_class(n):
    class X:
        def get(self):
            return 1

    class Y:
        def get(self):
            return 1000

    x, t = X(), 0
    for i in range(n):
        t += x.get()
        if i == n // 2:
            x.__class__ = Y
        if i == n // 2 + 200:
            X.get, Y.get = Y.get, X.get
    return t


def patch_base(n):
    class P:
        def get(self):
            return 1

    class Q:
        def get(self):
            return 7

    class C(P):
        pass

    c, t = C(), 0
    for i in range(n):
        t += c.get()
        if i == n // 2:
            C.__bases__ = (Q,)
    return t


G = 1


def g_function(x):
    return x + G


def patch_global(n):
    global G, g_function
    t = 0
    for i in range(n):
        t += g_function(i) + G
        if i == 1000:
            G = 10
        elif i == 1500:
            G = 0.5
        elif i == 2000:
            globals()["G"] = 3
        elif i == 2500:
            old = g_function
            g_function = lambda x: old(x) * 2
    return t


def patch_builtin(n):
    t = 0
    for i in range(n):
        t += len("abc") + abs(-1)
        if i == 1000:
            builtins.len = lambda x: 100
        elif i == 1200:
            builtins.len = real_len
        elif i == 1500:
            globals()["abs"] = lambda x: 50
        elif i == 1800:
            del globals()["abs"]
    return t


real_len = len


def patch_module(n):
    t = 0
    real = math.floor
    for i in range(n):
        t += math.floor(i / 2)
        if i == 1000:
            math.floor = lambda x: 1
        elif i == 2000:
            math.floor = real
    return t


def add_getattr(n):
    class Z:
        pass

    z, t = Z(), 0
    for i in range(n):
        try:
            t += z.q
        except AttributeError:
            t += 1
        if i == 1000:
            Z.__getattr__ = lambda self, name: 5
        elif i == 1500:
            Z.q = 50
        elif i == 2000:
            Z.__getattribute__ = lambda self, name: 500
        elif i == 2300:
            del Z.__getattribute__
    return t


def add_operator(n):
    class W:
        def __init__(self, v):
            self.v = v

        def __add__(self, o):
            return W(self.v + o)

    w = W(0)
    for i in range(n):
        w = w + 1
        if i == 1000:
            W.__add__ = lambda self, o: W(self.v + 2 * o)
        if i == 2000:
            W.__radd__ = lambda self, o: W(self.v - o)
        if i > 2500:
            w = 1 + w
    return w.v


def patch_init(n):
    class I:
        def __init__(self):
            self.a = 1

    t = 0
    for i in range(n):
        t += I().a
        if i == 1000:
            def init(self):
                self.b = 1
                self.a = 2
            I.__init__ = init
        if i == 2000:
            I.__new__ = lambda cls: object.__new__(cls)
        if i == 2500:
            I.__init__ = lambda self: self.__dict__.update(a=9)
    return t


def patch_bool(n):
    class T:
        pass

    o, t = T(), 0
    for i in range(n):
        if o:
            t += 1
        if o == o:
            t += 10
        if i == 1000:
            T.__bool__ = lambda self: False
        elif i == 1500:
            T.__eq__ = lambda self, other: False
        elif i == 2000:
            del T.__bool__
            T.__len__ = lambda self: 0
    return t


print(patch_method(3500), patch_attribute(3000), patch_property(2500), patch_class(3000), patch_base(2000), patch_global(3000), patch_builtin(2200), patch_module(2500), add_getattr(2500), add_operator(3000), patch_init(3000), patch_bool(2500), sep="\n")
