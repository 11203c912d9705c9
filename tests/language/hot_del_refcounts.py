"""Finalizers in hot loops: each object dies at its moment, once, also around guard failures."""
log = []


class D:
    __slots__ = ("n",)

    def __init__(self, n):
        self.n = n

    def __del__(self):
        log.append(self.n)


def make(n):
    for i in range(n):
        d = D(i)
        if i % 1000 == 0:
            log.append("mark")
    log.append("end")


make(3000)
print(len(log), log[:5], log[1000:1004], log[-4:])
log.clear()


def in_list(n):
    items = [None] * 4
    for i in range(n):
        items[i % 4] = D(i)
        if i == 2000:
            log.append("snapshot " + str([d and d.n for d in items]))
    items.clear()
    log.append("cleared")


in_list(2500)
print(len(log), log[1990:2004], log[-6:])
log.clear()


def ignore(d):
    return d.n


def pass_through(d):
    e = d
    return ignore(e) + ignore(D(d.n + 100000))


def inlined(n):
    total = 0
    for i in range(n):
        total += pass_through(D(i))
    return total


print(inlined(2000), len(log), log[:4], log[-2:])
log.clear()


def attribute(n):
    class H:
        pass

    h = H()
    for i in range(n):
        h.d = D(i)
        if i % 700 == 699:
            del h.d
            log.append("deleted")
    return h.d.n


print(attribute(2200), len(log), log[698:703])
log.clear()


def raising(n):
    caught = 0
    for i in range(n):
        try:
            d = D(i)
            if i % 3 == 0:
                raise ValueError(D(-i))
        except ValueError as error:
            caught += error.args[0].n
    return caught


print(raising(2000), len(log), log[:6])
log.clear()


def tuple_swap(n):
    a, b = D("a"), D("b")
    for i in range(n):
        a, b = b, a
        t = (a, b)
    del t
    log.append("before")
    del a
    log.append("between")
    del b


tuple_swap(2001)
print(log)
log.clear()


def dict_values(n):
    d = {}
    for i in range(n):
        d[i % 7] = D(i)
        if i % 500 == 0:
            d.pop(i % 7)
    log.append("end")


dict_values(2000)
print(len(log), log[-9:])
log.clear()


def generator(n):
    for i in range(n):
        yield D(i)


def consume(n):
    total = 0
    for d in generator(n):
        total += d.n
    log.append("loop over")
    return total


print(consume(1500), len(log), log[-3:])
log.clear()
kept = []


class Resurrect:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        if self.n % 500 == 0:
            kept.append(self)


for i in range(2000):
    Resurrect(i)
print([k.n for k in kept])


class Side:
    counter = 0

    def __del__(self):
        Side.counter += 1


def visible(n):
    mismatches = 0
    for i in range(n):
        s = Side()
        s = None
        if Side.counter != i + 1:
            mismatches += 1
    return mismatches


print(visible(3000), Side.counter)
import sys


def counts(n):
    o = object()
    base = sys.getrefcount(o)
    worst = 0
    for i in range(n):
        a = o
        b = [o, o]
        c = (lambda v: v)(o)
        worst = max(worst, abs(sys.getrefcount(o) - base - 4))
    del a, b, c
    return sys.getrefcount(o) - base


print(counts(2000))
