"""__del__: when and in what order finalizers run; resurrection; del of names; unbound locals."""


class D:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


a = D("a")
a = D("a2")
print("rebound")
del a
print("deleted")
b = c = D("shared")
del b
print("still")
del c
[D("in list"), D("second")]
print("after list")
l = [D(f"l{i}") for i in range(3)]
l[1] = None
print("replaced")
l.pop()
l.clear()
d = {"k": D("value")}
d["k"] = D("new value")
d.pop("k")
t = (D("t1"), D("t2"))
del t


def f():
    x = D("local x")
    y = D("local y")
    print("returning")
    return 1


f()


def g():
    x = D("exception local")
    raise ValueError("with local")


try:
    g()
except ValueError as error:
    print("caught")
print("after except")


def h(p):
    p = D("parameter rebound")
    return p.name


print(h(D("argument")))


class Holder:
    def __init__(self):
        self.a, self.b = D("attr a"), D("attr b")

    def __del__(self):
        print("holder")


Holder()
print("holder gone")


class Resurrect:
    saved = []

    def __del__(self):
        print("resurrect")
        Resurrect.saved.append(self)


Resurrect()
print(len(Resurrect.saved))
Resurrect.saved.clear()
print("no second time", len(Resurrect.saved))


def gen():
    x = D("generator local")
    try:
        yield 1
        yield 2
    finally:
        print("generator finally")


it = gen()
next(it)
del it
print("generator dropped")
for i in gen():
    break
print("loop left")


class Raises:
    def __del__(self):
        raise ValueError("ignored")


import sys
sys.unraisablehook = lambda info: print("unraisable", info.exc_type.__name__, info.exc_value)
Raises()
print("survived")


def loop():
    for i in range(3):
        x = D(f"loop {i}")
    print("loop ended")


loop()


def swap():
    x, y = D("sx"), D("sy")
    x, y = y, x
    del x
    print("between")


swap()


def expression():
    return D("temp1").name + D("temp2").name


print(expression())
x = D("augmented")
x = x and 5
print(x)


def unbound():
    v = 1
    del v
    try:
        return v
    except UnboundLocalError as error:
        print(error)
    try:
        del v
    except UnboundLocalError as error:
        print(error)


unbound()
try:
    del nothing
except NameError as error:
    print(error)


class Cycle:
    def __init__(self):
        self.me = self

    def __del__(self):
        print("cycle collected")


import gc
gc.collect()
Cycle()
print("cycle left")
print(gc.collect() > 0)
closure = (lambda v: lambda: v)(D("in cell"))
del closure
m = D("method owner").__del__
print("bound")
m = None
s = {D("in set")}
s.clear()


def args(*a, **k):
    print(len(a), len(k))


args(D("star"), k=D("kw"))
z = [D("comp") for _ in range(2)] and None
print("end")
keep = D("at exit")
