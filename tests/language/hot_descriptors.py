"""Properties, descriptors, slots, __getattr__ and __setattr__ in hot loops."""


class P:
    def __init__(self):
        self._v = 0
        self.writes = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, x):
        self.writes += 1
        self._v = x if x < 5000 else 0


class D:
    def __get__(self, o, t):
        return self if o is None else o.__dict__.get("_d", 1)

    def __set__(self, o, v):
        o.__dict__["_d"] = v % 1009


class H:
    d = D()

    def __getattr__(self, name):
        if name == "late":
            return 5
        raise AttributeError(name)


class S:
    __slots__ = ("a", "b")


class Setter:
    def __init__(self):
        object.__setattr__(self, "log", 0)

    def __setattr__(self, name, value):
        object.__setattr__(self, "log", self.log + 1)
        object.__setattr__(self, name, value)


def props(n):
    p = P()
    for i in range(n):
        p.v += i % 7
        p.v = p.v + 1
    return p.v, p.writes


def datas(n):
    h = H()
    for i in range(n):
        h.d = h.d * 3 + i
        h.__dict__["d"] = "ignored"
    return h.d


def late(n):
    h, t = H(), 0
    for i in range(n):
        t += h.late
        if i == n // 2:
            h.late = 1
        if i == n // 2 + 300:
            del h.late
        try:
            h.never
        except AttributeError:
            t += 1
    return t


def slotted(n):
    s = S()
    s.a = s.b = 0
    bad = 0
    for i in range(n):
        s.a += s.b
        s.b = i if i < 2000 else 0.5
        if i % 100 == 99:
            del s.b
            try:
                s.b
            except AttributeError:
                bad += 1
            s.b = 0
        try:
            s.c = 1
        except AttributeError:
            bad += 1000
    return s.a, s.b, bad


def setters(n):
    s = Setter()
    for i in range(n):
        s.x = i
        s.y = s.x
    return s.log, s.x


def dunder_dict(n):
    h = H()
    h.n = 0
    for i in range(n):
        h.n += 1
        if i % 500 == 0:
            h.__dict__["n"] += 100
        if i == 1500:
            h.__dict__ = {"n": -1, "other": 2}
        if i == 2000:
            vars(h)["n"] = 0.5
    return h.n, h.__dict__


def many_attributes(n):
    h = H()
    for i in range(n):
        setattr(h, f"a{i % 40}", i)
        if i % 40 == 39:
            for k in range(0, 40, 7):
                delattr(h, f"a{k}")
    return len(h.__dict__), getattr(h, "a8"), list(h.__dict__)[:4]


def bound_methods(n):
    p = P()

    class M:
        def __init__(self):
            self.n = 0

        def add(self, k):
            self.n += k
            return self

    m = M()
    add = m.add
    for i in range(n):
        add(1)
        m.add(2).add(3)
        f = m.add if i % 2 else add
        f(i % 3)
    return m.n, add.__self__ is m


def class_attrs(n):
    class C:
        total = 0
        items = []

    for i in range(n):
        C.total += i
        c = C()
        c.total = 1
        c.items.append(i) if i % 100 == 0 else None
    return C.total, len(C.items)


def cached(n):
    from functools import cached_property

    class C:
        def __init__(self, k):
            self.k = k

        @cached_property
        def sq(self):
            return self.k * self.k

    t = 0
    for i in range(n):
        c = C(i)
        t += c.sq + c.sq
    return t


def objects_unescaped(n):
    class V:
        def __init__(self, x, y):
            self.x, self.y = x, y

        def plus(self, o):
            return V(self.x + o.x, self.y + o.y)

    v = V(0, 0.0)
    kept = None
    for i in range(n):
        v = v.plus(V(i, 0.5))
        if i == 2000:
            kept = v
        if i == 2500:
            v.extra = 1
    return v.x, v.y, kept.x, kept is v, hasattr(v, "extra")


print(props(4000), datas(3000), late(2500), slotted(3000), setters(2000), dunder_dict(3000), many_attributes(2000), bound_methods(2000), class_attrs(3000), cached(1500), objects_unescaped(4000), sep="\n")
