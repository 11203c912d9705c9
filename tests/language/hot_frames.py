"""sys._getframe, locals(), inspection of frames and tracebacks from callees of hot loops."""
import sys


def caller_name(depth=1):
    return sys._getframe(depth).f_code.co_name


def line():
    return sys._getframe(1).f_lineno


def peek():
    return sys._getframe(1).f_locals["secret"]


def names(n):
    seen = set()
    for i in range(n):
        seen.add(caller_name())
        seen.add(caller_name(2))
    return sorted(seen)


def lines(n):
    total = 0
    base = line()
    for i in range(n):
        total += line() - base
        total += (line()
                  - base)
    return total


def locals_of_caller(n):
    secret = 0
    total = 0
    for i in range(n):
        secret = i * 2
        total += peek()
        if i == 2500:
            secret = "text"
            total += len(peek())
    return total


def own_locals(n):
    a, b = 1, "x"
    total = 0
    for i in range(n):
        a += i
        if i % 500 == 499:
            d = locals()
            total += d["a"] + d["i"] + len(d["b"])
            d["a"] = -1
    return total, a


def stack_depth():
    f, n = sys._getframe(), 0
    while f:
        f, n = f.f_back, n + 1
    return n


def depth_in_inlined(n):
    def inner():
        return stack_depth()

    def outer():
        return inner() - stack_depth()

    return {outer() for _ in range(n)}


def write_locals(n):
    x = 0
    for i in range(n):
        x += 1
        if i == 2000:
            setter()
    return x


def setter():
    sys._getframe(1).f_locals["x"] = 100000


def tb_locals(n):
    total = 0

    def fail(k):
        inner_value = k * 3
        raise ValueError

    for i in range(n):
        try:
            fail(i)
        except ValueError as error:
            frame = error.__traceback__.tb_next.tb_frame
            total += frame.f_locals["inner_value"] + error.__traceback__.tb_lineno - error.__traceback__.tb_frame.f_code.co_firstlineno
    return total


def frame_kept(n):
    frames = []

    def inner(k):
        v = k
        if k % 1000 == 0:
            frames.append(sys._getframe())
        v += 1
        return v

    t = 0
    for i in range(n):
        t += inner(i)
    return t, [f.f_locals["v"] for f in frames], [f.f_back is not None for f in frames]


def in_generator(n):
    def gen():
        for i in range(n):
            yield sys._getframe(1).f_code.co_name

    return sorted(set(gen())), {name for name in gen()}


def globals_check(n):
    t = 0
    for i in range(n):
        t += len(sys._getframe().f_globals["MARK"])
    return t


MARK = "mark"


def eval_in_loop(n):
    x, t = 1, 0
    for i in range(n):
        x = i
        if i % 100 == 0:
            t += eval("x + 1")
            exec("t2 = x")
    return t


def debugger_like(n):
    events = []

    def tracer(frame, event, arg):
        events.append(event)
        return tracer

    def target(k):
        return k + 1

    t = 0
    for i in range(n):
        if i == n // 2:
            sys.settrace(tracer)
        t += target(i)
        if i == n // 2 + 2:
            sys.settrace(None)
    return t, events.count("call"), events.count("return") >= 2


print(names(2000), lines(2000), locals_of_caller(3000), own_locals(3000), depth_in_inlined(1500), write_locals(3000), tb_locals(2000), frame_kept(3000), in_generator(1000), globals_check(2000), eval_in_loop(2000), debugger_like(2000), sep="\n")
