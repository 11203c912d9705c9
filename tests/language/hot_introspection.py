"""What looks at frames, in hot loops: locals(), vars(), eval, exec, dir, sys._getframe, globals(), super() in callees."""
import sys


def with_locals(n):
    t = 0
    for i in range(n):
        k = i * 2
        d = locals()
        t += d["k"] + d["i"]
    return t


def with_vars(n):
    t = 0
    for i in range(n):
        x = [i]
        t += vars()["x"][0]
    return t


def with_eval(n):
    t = 0
    for i in range(n):
        j = i + 1
        t += eval("i + j")
    return t


def with_exec(n):
    t = 0
    for i in range(n):
        out = {}
        exec("y = i + 1", {"i": i}, out)
        t += out["y"]
    return t


def with_dir(n):
    t = 0
    for i in range(n):
        q = i
        t += len(dir())
    return t


def caller_local(name):
    return sys._getframe(1).f_locals[name]


def with_getframe(n):
    t = 0
    for i in range(n):
        z = i * 3
        t += caller_local("z")
    return t


def own_name():
    return sys._getframe().f_code.co_name


def caller_name():
    return sys._getframe(1).f_code.co_name


def middle():
    return caller_name()


def with_names(n):
    names = {}
    for i in range(n):
        for name in (own_name(), caller_name(), middle()):
            names[name] = names.get(name, 0) + 1
    return names


def line_numbers(n):
    lines = set()
    for i in range(n):
        lines.add(sys._getframe().f_lineno)
        lines.add(sys._getframe().f_lineno)
    return sorted(x - line_numbers.__code__.co_firstlineno for x in lines)


def depth():
    f, n = sys._getframe(), 0
    while f is not None:
        f, n = f.f_back, n + 1
    return n


def inner_depth():
    return depth()


def with_depth(n):
    return {(depth(), inner_depth()) for i in range(n)}


def with_globals(n):
    t = 0
    for i in range(n):
        t += globals()["with_globals"] is with_globals
    return t


N = 3000
print(with_locals(N), with_vars(N), with_eval(N), with_exec(N), with_dir(N))
print(with_getframe(N))
print(with_names(N))
print(line_numbers(N), with_depth(N), with_globals(N))
