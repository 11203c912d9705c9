"""with: order, suppression, several items, exceptions in enter and exit."""


class CM:
    def __init__(self, name, suppress=(), fail=""):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self.name

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__, value, traceback is not None)
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return kind is not None and issubclass(kind, self.suppress)


with CM("a") as a, CM("b") as b:
    print(a, b)
with (CM("c") as c, CM("d"),):
    print(c)
with CM("e", ValueError):
    raise ValueError("suppressed")
print("continues")
try:
    with CM("f", KeyError):
        raise ValueError("not suppressed")
except ValueError as error:
    print("caught", error)
try:
    with CM("g"), CM("h", fail="enter"):
        print("never")
except RuntimeError as error:
    print(error)
try:
    with CM("i"):
        with CM("j", fail="exit"):
            raise KeyError("body")
except RuntimeError as error:
    print(error, repr(error.__context__))


def returns():
    with CM("k"):
        return "value"


def breaks():
    for i in range(3):
        with CM(f"l{i}"):
            if i == 0:
                continue
            break
    return i


print(returns(), breaks())


class NoExit:
    def __enter__(self):
        pass


class NoEnter:
    def __exit__(self, *args):
        pass


for bad in (NoExit, NoEnter, int):
    try:
        with bad():
            pass
    except TypeError as error:
        print(error)


class Multi:
    def __enter__(self):
        return (1, [2, 3])

    def __exit__(self, *args):
        return None


with Multi() as (x, [y, z]):
    print(x, y, z)
d = {}
with Multi() as d["key"]:
    print(d)
with open(__file__) as f:
    print(f.readline().strip())
print(f.closed)
from contextlib import contextmanager, suppress, ExitStack, closing, nullcontext


@contextmanager
def managed(name):
    print("begin", name)
    try:
        yield name.upper()
    except LookupError as error:
        print("managed caught", repr(error))
    finally:
        print("end", name)


with managed("m") as m:
    print(m)
with managed("n"):
    [][0]
try:
    with managed("o"):
        raise ValueError("through")
except ValueError as error:
    print(error)
with suppress(ZeroDivisionError):
    1 / 0
with ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(CM(name))
    stack.callback(print, "callback", 1)
with nullcontext(5) as five:
    print(five)


@managed("decorator")
def decorated():
    return "decorated"


print(decorated())


def hot():
    log = 0
    cm = CM("quiet", ValueError)
    cm.__class__ = Quiet
    for i in range(300):
        with cm:
            if i % 7 == 0:
                raise ValueError
            log += i
    return log


class Quiet(CM):
    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        return kind is ValueError


print(hot())
