"""Frames that are inlined in machine code, looked at from Python code that native code calls."""
import faulthandler
import os
import sys
import tempfile
import traceback
import warnings

wanted = -1
seen = []


def stack(f):
    out = []
    while f is not None and f.f_code.co_name != "<module>":
        out.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return out


class Key:
    look = staticmethod(lambda: None)

    def __init__(self, k):
        self.k = k

    def __hash__(self):
        return self.k & 3

    def __eq__(self, other):
        if self.k == wanted:
            seen.append(Key.look())
        return self.k == other.k


table = {Key(i): i for i in range(16)}


def inner(key):
    return table[key]


def middle(k):
    probe = Key(k)
    return inner(probe)


def loop(n):
    s = 0
    for i in range(n):
        s += middle(i & 15)
    return s


def look_with(look):
    global wanted
    Key.look = staticmethod(look)
    wanted = 13
    loop(20)
    wanted = -1
    found = seen[-1]
    seen.clear()
    return found


for k in range(3):
    print(loop(1000), len(seen))
print(look_with(lambda: stack(sys._getframe(1))))
print(look_with(lambda: [(s.name, s.lineno) for s in traceback.extract_stack()][1:]))
print(look_with(lambda: sys._getframe(2).f_globals is globals()))


def warn():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for level in (1, 2, 3, 4):
            warnings.warn("look", stacklevel=level)
    return [w.lineno for w in caught]


print(look_with(warn))


# A frame object that is held: it goes on with its frame, and shows its locals when that has ended.
held = []


def hold():
    held.append(sys._getframe(2))
    held.append(sys._getframe(3))


look_with(hold)
print([(f.f_code.co_name, f.f_lineno) for f in held[-2:]], sorted(held[-1].f_locals))
print(held[-2].f_back is held[-1], held[-1].f_back.f_code.co_name)
held.clear()


def again(key):
    a = table[key]
    f = held[-1] if held else None
    b = f.f_lineno if f else 0
    return a, b, f is sys._getframe() if f else None


def twice(k):
    return again(Key(k))


def hold_caller():
    if not held:
        held.append(sys._getframe(2))


for k in range(1000):
    twice(k & 15)
Key.look = staticmethod(hold_caller)
wanted = 5
print(twice(5))
held.clear()
wanted = -1


# Exceptions that pass inlined frames behind the look.
def fail():
    raise LookupError(str(stack(sys._getframe(1))))


def catching(n):
    found = []
    for i in range(n):
        try:
            middle(i & 15)
        except LookupError as e:
            tb = e.__traceback__
            lines = []
            while tb is not None:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
                tb = tb.tb_next
            found.append((str(e), lines))
    return found


Key.look = staticmethod(fail)
catching(500)
wanted = 7
print(catching(40)[-1])
wanted = -1


# Generators among them.
def turns(n):
    for i in range(n):
        yield inner(Key(i & 15))


def consume(n):
    s = 0
    for x in turns(n):
        s += x
    return s


print(consume(1000))
Key.look = staticmethod(lambda: stack(sys._getframe(1)))
wanted = 6
consume(20)
wanted = -1
print(seen[-1])
seen.clear()


# Finalizers: the frame whose local goes has ended.
class Dying:
    def __del__(self):
        if self.look:
            seen.append(stack(sys._getframe()))


def let_go(look):
    d = Dying()
    d.look = look
    d = None
    return look


def keep(look):
    d = Dying()
    d.look = look
    return look


def dying(n, at):
    for i in range(n):
        let_go(i == at)
        keep(i == at)


dying(1000, -1)
dying(100, 50)
print(seen)
seen.clear()


# Sorting: many calls from one.
def by(k):
    if k == wanted:
        seen.append(stack(sys._getframe()))
    return -k


def order(items):
    return sorted(items, key=by)


def orders(n):
    for i in range(n):
        order([3, 1, 2])


orders(500)
wanted = 1
orders(2)
wanted = -1
print(seen)
seen.clear()


# A signal handler's view writes nothing.
def dump():
    with tempfile.TemporaryFile() as f:
        faulthandler.dump_traceback(f, all_threads=False)
        f.seek(0)
        text = f.read().decode()
    return text.replace(os.path.dirname(os.path.abspath(__file__)), "").replace(os.path.dirname(__file__), "")


print(look_with(dump))
