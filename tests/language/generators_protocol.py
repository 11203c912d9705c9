"""Generators: send, throw, close, return values, yield from, finally, reentrancy."""


def echo():
    received = []
    try:
        while True:
            value = yield len(received)
            received.append(value)
    except KeyError as error:
        yield ("caught", error.args)
    finally:
        print("finally", received)
    return "done"


g = echo()
print(next(g), g.send("a"), g.send("b"))
print(g.throw(KeyError("k")))
try:
    next(g)
except StopIteration as stop:
    print("stop", stop.value)
try:
    next(g)
except StopIteration as stop:
    print("again", stop.value)

g = echo()
next(g)
g.close()
g.close()
print(list(g))

g = echo()
try:
    g.send(1)
except TypeError as error:
    print(error)
try:
    g.throw(ValueError("early"))
except ValueError as error:
    print("propagated", error)
print(list(g))


def inner(n):
    total = 0
    for i in range(n):
        total += (yield i) or 0
    return total


def outer():
    a = yield from inner(2)
    b = yield from inner(3)
    return a, b


g = outer()
print(next(g), g.send(5), g.send(6), g.send(7), g.send(8))
try:
    g.send(9)
except StopIteration as stop:
    print(stop.value)


def delegate_throw():
    def sub():
        try:
            yield 1
        except ValueError:
            yield "sub caught"
        yield 2
        return "sub result"

    result = yield from sub()
    yield result


g = delegate_throw()
print(next(g), g.throw(ValueError), next(g), next(g))


def delegate_close():
    def sub():
        try:
            yield 1
        finally:
            print("sub closed")

    try:
        yield from sub()
    finally:
        print("outer closed")


g = delegate_close()
next(g)
g.close()


def ignores_exit():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = ignores_exit()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)


def raises_stop():
    yield 1
    raise StopIteration("inside")


g = raises_stop()
next(g)
try:
    next(g)
except RuntimeError as error:
    print(error, repr(error.__cause__))


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as error:
    print(error)


def with_return_close():
    try:
        yield 1
    except GeneratorExit:
        return "closing value"


g = with_return_close()
next(g)
print(g.close())

print(list(x * y for x in range(3) for y in range(3) if x != y))
ge = (i for i in range(3))
print(next(ge), list(ge), list(ge))
print(sum(i for i in range(10)), max((i * 7 % 5 for i in range(10)), default=None))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for _ in range(n):
        yield next(it)


print(list(take(10, fib())))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)))


def gen_try():
    for i in range(3):
        try:
            yield i
        except ZeroDivisionError:
            print("zero", i)
            continue
        else:
            print("else", i)
        finally:
            print("fin", i)


g = gen_try()
print(next(g))
print(g.throw(ZeroDivisionError()))
print(next(g))
print(next(g, "end"))

g = gen_try()
print(g.gi_frame is not None, g.gi_running, g.__name__, g.__qualname__)
next(g)
del g
print("after del")


def context_inside():
    try:
        1 / 0
    except ZeroDivisionError:
        yield "in except"
        try:
            raise
        except ZeroDivisionError as error:
            yield str(error)


for value in context_inside():
    try:
        raise KeyError(value)
    except KeyError as error:
        print(value, type(error.__context__).__name__)


class Iterable:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield i

    def send_target(self):
        got = yield "ready"
        yield got


print(list(Iterable(4)), [*Iterable(2)], tuple(Iterable(3)), sorted(Iterable(3), reverse=True))
s = Iterable(1).send_target()
print(next(s), s.send("x"))


def yf_list():
    x = yield from [1, 2, 3]
    print("list result", x)
    yield from "ab"
    yield from range(2)


print(list(yf_list()))
try:
    g = yf_list()
    next(g)
    g.send(3)
except AttributeError as error:
    print(error)


def expression_yields():
    x = [(yield 1), (yield 2)]
    y = {"k": (yield 3)}
    print(x, y)
    z = (yield) + (yield)
    print(z)


g = expression_yields()
next(g)
for v in (10, 20, 30, 4, 5):
    try:
        g.send(v)
    except StopIteration:
        print("end")
a, b, *c = (i * i for i in range(5))
print(a, b, c)
