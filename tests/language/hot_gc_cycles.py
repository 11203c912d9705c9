"""Cycles made in hot loops and collected, with finalizers, weak references and containers."""
import gc
import weakref


class Node:
    def __init__(self, k):
        self.k = k
        self.other = None


def cycles(n):
    for i in range(n):
        a, b = Node(i), Node(-i)
        a.other, b.other = b, a
    gc.collect()
    return sum(isinstance(o, Node) for o in gc.get_objects()) if hasattr(gc, "get_objects") else 2


def self_lists(n):
    for i in range(n):
        l = [i]
        l.append(l)
        d = {"d": None}
        d["d"] = d
        t = ([],)
        t[0].append(t)
    return l[0], d["d"] is d, t[0][0] is t


def weak(n):
    refs = []
    for i in range(n):
        a = Node(i)
        a.other = a
        if i % 100 == 0:
            refs.append(weakref.ref(a))
    del a
    gc.collect()
    return sum(r() is not None for r in refs), len(refs)


class Fin:
    alive = 0

    def __init__(self):
        Fin.alive += 1
        self.me = self

    def __del__(self):
        Fin.alive -= 1


def finalized(n):
    for i in range(n):
        Fin()
    gc.collect()
    return Fin.alive


def closures(n):
    t = 0
    for i in range(n):
        def f(k):
            return 0 if k == 0 else f(k - 1) + i

        t += f(2)
    return t


def kept_graph(n):
    nodes = [Node(i) for i in range(100)]
    for i in range(n):
        nodes[i % 100].other = nodes[(i * 7) % 100]
        if i % 10 == 0:
            nodes[i % 100] = Node(i)
        if i % 900 == 0:
            gc.collect()
    return sum(x.other.k for x in nodes if x.other)


def exceptions(n):
    t = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError as e:
            saved = e
            t += saved.__traceback__ is not None
    del saved
    gc.collect()
    return t


def generators(n):
    def gen(box):
        box.append(1)
        yield box

    t = 0
    for i in range(n):
        box = []
        g = gen(box)
        box.append(g)
        next(g)
        t += len(box)
    gc.collect()
    return t


gc.collect()
print(cycles(3000) <= 2, self_lists(2000), weak(2000), finalized(2000), closures(2000), kept_graph(3000), exceptions(1500), generators(1000), sep="\n")
gc.disable()
print(gc.isenabled(), cycles(500) <= 2, gc.enable(), gc.isenabled())
