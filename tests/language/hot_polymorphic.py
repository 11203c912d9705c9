"""Attribute loads, method calls and operators over one to ten classes at one site."""


def make(k):
    class C:
        kind = k

        def __init__(self, v):
            self.v = v

        def get(self):
            return self.v + k

        def __add__(self, o):
            return self.v + o + k

        def __len__(self):
            return k

        def __getitem__(self, i):
            return i * k

        def __call__(self, x):
            return x - k

        def __eq__(self, o):
            return k % 2 == 0

        def __bool__(self):
            return k % 3 != 0

        def __contains__(self, x):
            return x == k

        def __iter__(self):
            return iter(range(k % 3))

    C.__name__ = f"C{k}"
    return C


classes = [make(k) for k in range(10)]


def site(objects, n):
    t = 0
    for i in range(n):
        o = objects[i % len(objects)]
        t += o.get() + o.v + o.kind + (o + 1) + len(o) + o[2] + o(5) + (o == 1) + (3 in o)
        if o:
            t += 1
        for x in o:
            t += x
    return t


for count in (1, 2, 3, 4, 5, 8, 10):
    print(count, site([classes[k](k) for k in range(count)], 1500))


def phases(n):
    """The site is monomorphic for long, then changes."""
    t = 0
    for i in range(n):
        o = instances[i * 10 // n]
        t += o.get() * (i & 7)
    return t


instances = [c(1) for c in classes]
print(phases(5000))


class Base:
    def area(self):
        return 0

    def describe(self):
        return self.name() + str(self.area())

    def name(self):
        return type(self).__name__


class Square(Base):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s * self.s


class Circle(Base):
    __slots__ = ("r",)

    def __init__(self, r):
        self.r = r

    def area(self):
        return 3 * self.r ** 2


class Rect(Square):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b

    def area(self):
        return super().area() // self.s * self.b

    def name(self):
        return "R" + super().name()


shapes = [Square(2), Circle(3), Rect(4, 5), Square(6)]
t = length = 0
for i in range(3000):
    s = shapes[i % 4]
    t += s.area()
    length += len(s.describe())
print(t, length)


def builtin_mix(n):
    things = [[1, 2], (1, 2, 3), "abcd", {1: 2}, {1}, b"xy", range(7), bytearray(3), frozenset()]
    t = 0
    for i in range(n):
        x = things[i % 9]
        t += len(x) + bool(x)
        for y in x:
            t += 1
    return t


def add_mix(n):
    pairs = [(1, 2), (1.5, 2), ("a", "b"), ([1], [2]), ((1,), (2,)), (1, 2.5), (True, 1), (10 ** 20, 1), (1j, 2)]
    out = [None] * 9
    for i in range(n):
        a, b = pairs[i % 9]
        out[i % 9] = a + b
    return out


def getattr_mix(n):
    objs = [1, 2.5, "s", [], Base(), Base, len, None]
    t = 0
    for i in range(n):
        t += len(objs[i % 8].__class__.__name__) + (getattr(objs[i % 8], "real", 0) == 1) + hasattr(objs[i % 8], "append")
    return t


print(builtin_mix(2000), add_mix(3000), getattr_mix(3000))


def different_shapes(n):
    objs = []
    for k in range(6):
        o = Base()
        for j in range(k):
            setattr(o, f"pad{j}", j)
        o.x = k
        objs.append(o)
    t = 0
    for i in range(n):
        o = objs[i % 6]
        t += o.x
        o.x = o.x + 1
        if i == n // 2:
            o.extra = 1
    return t, [o.x for o in objs]


print(different_shapes(3000))
