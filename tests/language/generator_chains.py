# Chains of `yield from` and `await`: what passes through them, and who sees what on the way.
import sys
import traceback


def leaf(log):
    got = None
    for i in range(4):
        got = yield (i, got)
        log.append(got)
    return "leaf done"


def through(g):
    r = yield from g
    return [r]


def tower(g, depth):
    for _ in range(depth):
        g = through(g)
    return g


log = []
g = tower(leaf(log), 5)
print(next(g), g.send("a"), g.send("b"), g.send(None))
try:
    g.send("last")
except StopIteration as e:
    print(e.value, log)


# An exception thrown in comes out at the leaf, and may be handled at any level.
def catcher(g):
    try:
        return (yield from g)
    except KeyError as e:
        yield ("caught", e.args, sys.exception() is e)
    yield ("after", sys.exception())


g = tower(catcher(tower(leaf([]), 3)), 3)
print(next(g), next(g))
print(g.throw(KeyError("k")), next(g))
try:
    next(g)
except StopIteration as e:
    print("end", e.value)


# The exception being handled belongs to each generator, however they are resumed.
def handling(g):
    try:
        raise ValueError("outer")
    except ValueError:
        yield sys.exception()
        yield from g
        yield sys.exception()


def looks():
    yield sys.exception()
    try:
        raise TypeError("inner")
    except TypeError:
        yield sys.exception()
    yield sys.exception()


for depth in 0, 2:
    g = tower(handling(tower(looks(), depth)), depth)
    try:
        raise IndexError("main")
    except IndexError:
        for e in g:
            print(repr(e), repr(sys.exception()))
print(sys.exception())


# Who looks at frames sees them all; generators on the way count as running.
def names():
    f, found = sys._getframe(), []
    while f and f.f_code.co_name != "<module>":
        found.append((f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno))
        f = f.f_back
    return found


def looking():
    yield 1
    yield names()
    yield outer.gi_running, outer.gi_yieldfrom, inner.gi_running
    try:
        outer.send(None)
    except ValueError as e:
        yield str(e)
    f = sys._getframe().f_back
    yield f.f_code.co_name, sorted(f.f_locals)


inner = looking()
outer = tower(inner, 2)
for v in outer:
    print(v, outer.gi_running, outer.gi_yieldfrom is not None)
print(outer.gi_frame, outer.gi_running)


# Tracebacks go through all levels.
def fails():
    yield 1
    yield 2
    1 / 0


g = tower(fails(), 3)
next(g), next(g)
try:
    next(g)
except ZeroDivisionError as e:
    print([(t.name, t.line) for t in traceback.extract_tb(e.__traceback__)])


# What a generator delegates to can be finished, or be resumed, behind its back.
inner = leaf([])
g = tower(inner, 3)
print(next(g), next(inner))
inner.close()
try:
    print(next(g))
except StopIteration as e:
    print("closed behind its back", e.value)


def raises_stop():
    yield 1
    raise StopIteration("no")


g = tower(raises_stop(), 2)
next(g)
try:
    next(g)
except RuntimeError as e:
    print(e, repr(e.__cause__))


# Closing runs every `finally`, from the inside out.
def cleans(g, name, out):
    try:
        yield from g
    finally:
        out.append(name)


out = []
g = cleans(cleans(cleans(leaf([]), "a", out), "b", out), "c", out)
next(g), next(g)
g.close()
print(out)
out = []
g = cleans(cleans(leaf([]), "a", out), "b", out)
next(g)
del g
print(out)


# Too deep a chain is a RecursionError, and leaves the rest usable.
def endless(n):
    yield n
    yield from endless(n + 1)


try:
    for n in endless(0):
        pass
except RecursionError as e:
    print(e, n > 500)


class Plain:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("plain")
        return self.n

    def send(self, v):
        return "sent", v


g = tower(Plain(), 3)
print(next(g), g.send("x"), next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)


# Coroutines, with awaitables of all kinds at the bottom.
class Pause:
    def __await__(self):
        r = yield "pause"
        return "resumed", r


async def level(n):
    if n == 0:
        return await Pause()
    r = await level(n - 1)
    return r


async def main():
    a = await level(4)
    b = await level(0)
    try:
        await level(2)
    except OSError as e:
        c = repr(e)
    return a, b, c


def drive(c, *script):
    try:
        print(c.send(None))
        for s in script:
            print(c.throw(s) if isinstance(s, BaseException) else c.send(s))
    except StopIteration as e:
        return e.value


print(drive(main(), 1, 2, OSError("boo")))
c = level(1)
try:
    c.send("early")
except TypeError as e:
    print(e)
c.close()
c = level(1)
c.send(None)


async def awaits_again():
    await c


try:
    awaits_again().send(None)
except RuntimeError as e:
    print(e)
c.close()
try:
    awaits_again().send(None)
except RuntimeError as e:
    print(e)


# In a hot loop.
def walk(t):
    if t:
        yield from walk(t[0])
        yield t[1]
        yield from walk(t[2])


def tree(lo, hi):
    if lo >= hi:
        return None
    m = (lo + hi) // 2
    return tree(lo, m), m, tree(m + 1, hi)


t = tree(0, 3000)
print(sum(x * i for i, x in enumerate(walk(t))), list(walk(t)) == list(range(3000)))


async def fib(n):
    return n if n < 2 else await fib(n - 1) + await fib(n - 2)


print(drive(fib(15)))
