"""Instances whose attributes are deleted and set again, in many orders."""


class Box:
    def __init__(self, a, b, c):
        self.a = a
        self.b = b
        self.c = c

    def open(self):
        del self.a, self.c
        return self.b

    def total(self):
        return self.a + self.b + self.c


def opened(n):
    total = 0
    for i in range(n):
        box = Box(i, i + 1, i + 2)
        total += box.total() + box.open()
        box.a = 1
        box.c = 2
        total += box.total()
        if i % 100 == 0:
            total += len(vars(box))
    return total


print(opened(5000))
box = Box(1, 2, 3)
del box.b
print(vars(box), hasattr(box, "b"))
box = Box(1, 2, 3)
del box.a
box.a = 4
box.d = 5
print(list(vars(box).items()), box.total())
for name in ("b", "x", "b"):
    try:
        delattr(box, name)
    except AttributeError as e:
        print(type(e).__name__, e)
box = Box(1, 2, 3)
for name in "abc":
    delattr(box, name)
print(vars(box), [hasattr(box, n) for n in "abc"])
try:
    box.total()
except AttributeError as e:
    print(e)


class Slotted:
    __slots__ = ("s", "__dict__")


x = Slotted()
x.s, x.p, x.q = 1, 2, 3
del x.p
print(x.s, x.q, hasattr(x, "p"), vars(x))
y = Slotted()
y.p, y.q = 5, 6
del y.p
try:
    del y.s
except AttributeError as e:
    print(e)
y.s = 7
del y.q
print(y.s, vars(y))


class Error(Exception):
    pass


e = Error("m")
e.one, e.two = 1, 2
del e.one
print(e.two, e.args, vars(e))
e = Error("m")
e.one, e.two = 1, 2
del e.two
print(e.one, hasattr(e, "two"), e.args)


class Noisy:
    def __init__(self, owner, name):
        self.owner, self.name = owner, name

    def __del__(self):
        print("gone", self.name, sorted(k for k in ("p", "q", "r") if hasattr(self.owner, k)))


class Owner:
    pass


owner = Owner()
owner.p, owner.q, owner.r = 1, Noisy(owner, "q"), 3
del owner.q
print(owner.p, owner.r, vars(owner))

# Ever new names.
many = Owner()
for i in range(300):
    setattr(many, f"n{i}", i)
    if i >= 3:
        delattr(many, f"n{i - 3}")
print(vars(many))
others = [Owner() for _ in range(200)]
for i, o in enumerate(others):
    setattr(o, f"m{i}", i)
    o.last = i
    delattr(o, f"m{i}")
print(sum(o.last for o in others), vars(others[150]), vars(others[3]))


def counts(values):
    out = []
    for v in values:
        if hasattr(v, "extra"):
            del v.extra
            out.append(1)
        else:
            v.extra = len(out)
            out.append(0)
    return sum(out)


boxes = [Box(1, 2, 3) for _ in range(10)]
print([counts(boxes * 101) for _ in range(4)], [b.total() for b in boxes][:2])
empty = Owner()
setattr(empty, "", 1)
print(vars(empty))
delattr(empty, "")
print(vars(empty))
