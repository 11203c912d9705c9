"""__slots__: layout, inheritance, errors, dict and weakref slots, descriptors."""


class P:
    __slots__ = ("x", "y")

    def __init__(self, x=None, y=None):
        if x is not None:
            self.x = x
        if y is not None:
            self.y = y


p = P(1, 2)
print(p.x, p.y, P.__slots__, hasattr(p, "__dict__"))
for action in ("p.z = 1", "P().x", "del P().x", "p.__dict__"):
    try:
        exec(action)
    except AttributeError as error:
        print(action, "->", error)
del p.x
print(hasattr(p, "x"))
p.x = 9
print(p.x, type(P.x).__name__, P.x.__get__(p), P.x.__name__)


class Q(P):
    __slots__ = ("z",)


class R(P):
    pass


q, r = Q(1, 2), R(3, 4)
q.z = 5
r.anything = 6
print(q.x + q.y + q.z, r.x, r.__dict__, hasattr(q, "__dict__"))


class D:
    __slots__ = ("a", "__dict__")


d = D()
d.a, d.b = 1, 2
print(d.__dict__, d.a)


class S:
    __slots__ = "single"


s = S()
s.single = 1
print(s.single)


class Mangled:
    __slots__ = ("__private",)

    def __init__(self):
        self.__private = 3

    def get(self):
        return self.__private


print(Mangled().get(), Mangled()._Mangled__private)
try:
    class Conflict:
        __slots__ = ("c",)
        c = 1
except ValueError as error:
    print(error)
try:
    class BadName:
        __slots__ = ("a b",)
except TypeError as error:
    print(error)
try:
    class Multi(P, type("O", (), {"__slots__": ("w",)})):
        pass
except TypeError as error:
    print(error)


class WithDict:
    __slots__ = {"doc": "documented slot"}


print(WithDict.doc.__doc__)


class Shadow(P):
    __slots__ = ("x",)


sh = Shadow()
sh.x = 1
P.x.__set__(sh, 2)
print(sh.x, P.x.__get__(sh))


class Node:
    __slots__ = ("next", "value")

    def __init__(self, value, next=None):
        self.value, self.next = value, next


head = None
for i in range(1000):
    head = Node(i, head)
total, node = 0, head
while node is not None:
    total += node.value
    node.value = -node.value
    node = node.next
print(total, head.value)
import weakref


class W:
    __slots__ = ("__weakref__",)


w = W()
print(weakref.ref(w)() is w)
try:
    weakref.ref(p)
except TypeError as error:
    print(error)


class NoSlots:
    __slots__ = ()


try:
    NoSlots().a = 1
except AttributeError as error:
    print(error)
print(object.__reduce_ex__(p, 2)[2])
