"""Objects that are being destroyed stay out of sight; sizes that cannot be allocated raise MemoryError."""
import gc
import itertools
import sys
import weakref


class Node:
    def __init__(self, parent):
        if parent is None:
            return
        wself = weakref.ref(self)
        self.wparent = weakref.ref(parent, lambda _: seen.append(wself() is None))


# A chain that is too long to be destroyed by recursion, with callbacks that look at what comes next.
seen = []
chain = weakref.WeakKeyDictionary()
root = node = Node(None)
for _ in range(300):
    chain[node] = node = Node(node)
del root
gc.collect()
print(len(seen), any(seen))
del chain, node
gc.collect()
print(len(seen))


# Each finalizer runs, once, in order, however long the chain is.
class Link:
    def __init__(self, n, after):
        self.n, self.after = n, after

    def __del__(self):
        gone.append(self.n)


gone = []
link = None
for n in range(1000):
    link = Link(n, link)
del link
print(gone == list(range(999, -1, -1)))


# Resurrection in the middle of a chain.
class Phoenix(Link):
    def __del__(self):
        kept.append(self)
        super().__del__()


gone, kept, link = [], [], None
for n in range(200):
    link = (Phoenix if n == 50 else Link)(n, link)
del link
print(len(gone), [p.n for p in kept], kept[0].after.n)
kept.clear()
print(len(gone))


# A class whose MRO was asked for goes away, and its base does not show it any more.
class Base:
    pass


class Derived(Base):
    pass


print(Derived.__mro__ == tuple(Derived.mro()))
alive = weakref.ref(Derived)
del Derived
gc.collect()
print(alive(), Base.__subclasses__())


# A class that only an MRO mentions.
class Meta(type):
    def mro(cls):
        return [cls, Foreign, object] if "Foreign" in globals() else [cls, object]


class Foreign:
    def hello(self):
        return "hello"


class User(metaclass=Meta):
    pass


foreign = weakref.ref(Foreign)
del Foreign
gc.collect()
print(User().hello(), foreign() is not None)
del User
gc.collect()
print(foreign())

HUGE = 10**18
for make in [
    lambda: "%*d" % (HUGE, 1),
    lambda: b"%*d" % (HUGE, 1),
    lambda: "%*r" % (-(2**63), 1),
    lambda: "%.*d" % (HUGE, 1),
    lambda: format(1, str(HUGE)),
    lambda: format(1.5, str(HUGE)),
    lambda: f"{'a':{HUGE}}",
    lambda: "a".zfill(HUGE),
    lambda: b"a".zfill(HUGE),
    lambda: b"a".center(HUGE),
    lambda: (1).to_bytes(HUGE),
    lambda: list(range(HUGE)),
    lambda: tuple(itertools.repeat(1, HUGE)),
    lambda: [].extend(range(HUGE)),
    lambda: bytearray(HUGE),
]:
    try:
        make()
    except (MemoryError, OverflowError) as e:
        print(type(e).__name__, e)


# A function that needs more places than a frame has is refused, or works.
many = ["a%d" % i for i in range(100_000)]
try:
    f = eval(f"lambda {', '.join(many)}: {many[-1]}")
    print(f(*range(100_000)) == 99_999)
except SyntaxError:
    print(sys.implementation.name != "cpython")
