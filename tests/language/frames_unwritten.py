"""Frames that machine code has called, looked at from inside: by frame objects, tracebacks, faulthandler."""
import faulthandler
import os
import sys
import tempfile


def stack(f):
    out = []
    while f is not None and f.f_code.co_name != "<module>":
        out.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return out


def look(n):
    return stack(sys._getframe())


def leaf(n, at):
    if n == at:
        return look(n)
    return n


def down(n, at):
    if n < 2:
        return leaf(n, at)
    first = down(n - 1, at)
    second = down(n - 2, -1)
    return first if isinstance(first, list) else second


for k in range(300):
    down(9, -1)
print(down(6, 1))
print(down(30 // 3, 1) == down(10, 1))


# A frame object of a frame that goes on calling: its line is the call that is running.
held = []


def line_of_held():
    return held[-1].f_lineno if held else 0


def hold(n, wanted):
    if n == 0:
        return line_of_held()
    if wanted and n == 3:
        held.append(sys._getframe())
    a = hold(n - 1, wanted)
    b = hold(n - 1, False)
    return a if a else b


for k in range(200):
    hold(5, False)
print(hold(5, True), held[-1].f_lineno, held[-1].f_code.co_name)
held.clear()


# Functions that share their code: which of them runs is known only when it is called.
def make(k):
    def count(n):
        if n < 0:
            return stack(sys._getframe())
        if n == 0:
            return k
        return count(n - 1) + count(n - 1)

    return count


for k in range(60):
    for f in (make(1), make(2)):
        f(6)
print(make(3)(5), make(4)(5))


def mixed(f, n):
    if n == 0:
        return f(-1)
    r = mixed(f, n - 1)
    return r


for k in range(300):
    mixed(make(5), 4)
print([name for name, _ in mixed(make(5), 4)])


# Tracebacks through them.
def fail(n, m):
    if n == 0:
        return 1 // m
    return fail(n - 1, m) + fail(n - 1, 1)


for k in range(100):
    fail(7, 1)
try:
    fail(7, 0)
except ZeroDivisionError as e:
    tb = e.__traceback__
    lines = []
    while tb is not None:
        lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    print(lines)


# A signal handler's view writes nothing.
def dump(n, fd):
    if n == 0:
        if fd is not None:
            faulthandler.dump_traceback(fd, all_threads=False)
        return 0
    return dump(n - 1, fd) + dump(n - 1, None)


for k in range(100):
    dump(7, None)
with tempfile.TemporaryFile() as f:
    dump(5, f)
    f.seek(0)
    text = f.read().decode()
    print(text.replace(os.path.dirname(os.path.abspath(__file__)), "").replace(os.path.dirname(__file__), ""))

# Recursion to the limit from machine code, and what the innermost frames say then.
def endless(n):
    return endless(n + 1) + 1


for k in range(3):
    try:
        endless(0)
    except RecursionError as e:
        tb = e.__traceback__
        names = set()
        while tb is not None:
            names.add((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        print(e, sorted(names))
