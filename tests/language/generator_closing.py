# Generators that die or are closed while suspended: what is dropped, in which order, and who notices.
import gc
import sys


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def plain():
    a = Loud("a")
    b = Loud("b")
    for c in [Loud("item")]:
        yield a
    print("not reached")


def with_finally():
    a = Loud("fa")
    try:
        yield 1
    finally:
        print("finally")


def in_except():
    try:
        raise KeyError("k")
    except KeyError as e:
        yield e
    print("not reached")


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def returns():
    try:
        yield 1
    except GeneratorExit:
        return "value"


def quiet_return():
    yield 1
    return "never"


g = plain()
next(g)
print(g.close(), g.gi_frame, g.gi_running)
g = plain()
next(g)
del g
print("gone")
g = plain()
next(g)
f = g.gi_frame
print(sorted(f.f_locals))
print(g.close(), sorted(f.f_locals))
del f, g
g = with_finally()
next(g)
print(g.close())
g = in_except()
print(repr(next(g)), g.close())
g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)
g = returns()
next(g)
print(g.close(), g.close())
g = quiet_return()
next(g)
print(g.close(), list(g))


# A generator in a cycle.
def cyclic():
    me = yield
    keep = Loud("cyclic")
    yield me


g = cyclic()
next(g)
g.send(g)
del g
gc.collect()


# A local's finalizer looks at the generator that is being closed.
def watched():
    w = Watcher()
    yield


class Watcher:
    def __del__(self):
        try:
            next(current)
        except StopIteration:
            print("finished")
        except ValueError as e:
            print(e)


current = watched()
next(current)
current.close()


# any() and all() leave generators behind.
def noisy():
    keep = Loud("noisy")
    yield 0
    yield 1
    yield 2


print(any(x for x in noisy()), all(noisy()))


async def agen():
    a = Loud("agen")
    yield 1
    yield 2


def drive(c):
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


hooked = []
sys.set_asyncgen_hooks(finalizer=lambda g: hooked.append(g.__name__))
g = agen()
print(drive(g.__anext__()))
print(drive(g.aclose()))
g = agen()
print(drive(g.__anext__()))
del g
print(hooked)
sys.set_asyncgen_hooks(finalizer=None)
print("end")
