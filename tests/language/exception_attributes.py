"""Attributes of exceptions: in slots, in a dict, of every family, read and written in hot loops."""
import copy
import gc
import pickle
import weakref


class Coded(ValueError):
    def __init__(self, code, text="bad"):
        super().__init__(text, code)
        self.code = code


class Detailed(Coded):
    def __init__(self, code):
        super().__init__(code, "detailed")
        self.detail = code * 2
        self.more = [code]


class System(OSError):
    note = "class"

    def __init__(self, *args):
        super().__init__(*args)
        self.seen = len(args)


class Stop(StopIteration):
    pass


class Slotted(Exception):
    __slots__ = ("a", "b")


class Both(Slotted):
    def __init__(self):
        self.a = 1
        self.c = 3


class Missing(AttributeError):
    def __init__(self, name):
        super().__init__(name, name=name)
        self.extra = name.upper()


def hot(n):
    codes = details = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise Detailed(i)
            if i % 3 == 1:
                raise Coded(i)
            raise System(i, "text", "file")
        except Detailed as e:
            details += e.detail + e.code + len(e.more) + e.args[1]
        except Coded as e:
            codes += e.code
            e.later = i
            codes -= e.later
        except System as e:
            codes += e.seen + e.errno + len(e.note)
    return codes, details


for n in (30, 900):
    print(hot(n))

e = Detailed(4)
print(e.__dict__, vars(e) is e.__dict__, e.code)
e.__dict__["code"] = 9
print(e.code, e.args, e)
del e.detail
print(hasattr(e, "detail"), sorted(vars(e)))
e.__dict__ = {"other": 1}
print(e.other, hasattr(e, "code"))
for made in (Detailed(5), System(2, "no", "name"), Stop(6), Missing("x")):
    made.mark = "m"
    try:
        twin = pickle.loads(pickle.dumps(made))
        print(type(twin).__name__, twin.args, sorted(vars(twin)))
    except TypeError as error:
        print("pickle", error)
    try:
        twin = copy.copy(made)
        print(type(twin).__name__, twin.args, sorted(vars(twin)), twin.mark)
    except TypeError as error:
        print("copy", error)
s = Slotted("t")
s.a = 5
s.free = 6
print(s.a, s.free, vars(s), hasattr(s, "b"))
b = Both()
b.b = 2
print(b.a, b.b, b.c, vars(b))
stop = Stop(7)
stop.tag = "t"
print(stop.value, stop.tag, vars(stop), Missing("q").extra, Missing("q").name)
plain = ValueError("p")
plain.x = 1
print(plain.x, vars(plain))


class Wide(Exception):
    pass


def wide(n):
    total = 0
    for i in range(n):
        e = Wide()
        for k in range(i % 40):
            setattr(e, f"a{k}", k)
        total += len(vars(e)) if i % 2 else sum(getattr(e, f"a{k}") for k in range(i % 40))
    return total


print(wide(200))

class Other(ValueError):
    pass


c = Coded(1)
c.__class__ = Other
print(type(c).__name__, c.code, c.args)
w = Other()
w.z = 3
w.__class__ = Coded
print(w.z, type(w).__name__, sorted(vars(w)))

ref = weakref.ref(c)
print(ref() is c)
del c
print(ref())
cycle = Coded(1)
cycle.me = cycle
ref = weakref.ref(cycle)
del cycle
gc.collect()
print(ref())
try:
    weakref.ref(ValueError())
except TypeError as error:
    print(error)


class Freed:
    def __del__(self):
        print("freed")


e = Coded(Freed())
del e
print("end")
group = ExceptionGroup("g", [Coded(1), Wide()])
group.label = 1
print(group.label, group.split(Coded)[0].exceptions[0].code)


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        made = MyGroup(self.message, excs)
        made.depth = getattr(self, "depth", 0) + 1
        return made


print(MyGroup("g", [Coded(1), Wide()]).split(Coded)[1].depth)
e = Coded(2)
e.add_note("n")
print(e.__notes__, sorted(vars(e)))
