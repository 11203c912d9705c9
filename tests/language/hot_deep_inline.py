"""Deopt with many inlined frames: each frame's locals and stack must come back at the failing guard."""


class Boom(Exception):
    pass


def a(x, log):
    p = x + 1
    q = [p]
    r = b(p, log) + q[0]
    log.append(("a", p, q, r)) if r is None else None
    return r + p


def b(x, log):
    p, s = x * 2, "b"
    return p + c(p, log, key=s) + len(s)


def c(x, log, *, key):
    t = (x, key)
    try:
        return d(*t) + t[0]
    except Boom as error:
        log.append((x, key, error.args))
        return -1


def d(x, *rest):
    total = 0
    for k in (1, 2, 3):
        total += e(x, k) * k
    return total + len(rest)


def e(x, k):
    y = x % 1000
    if y == 998 and k == 2:
        raise Boom(x, k)
    if y == 500:
        y = y + 0.5
    if x > 9990:
        y = [y]
        y = y[0]
    return [y, k][0] + k


def run(n):
    log, t = [], 0
    for i in range(n):
        before = i * 3
        t += a(i, log) + before
    return t, len(log), log[:2], log[-1]


print(run(6000))


def stack_heavy(n):
    def g(i):
        return i if i % 1013 else 0.5

    t = 0
    for i in range(n):
        t += (i, (i + 1, [i + 2, g(i) + (i * (g(i + 1) - (g(i + 2) * 2))), i + 3][1]), {"k": g(i + 3)}["k"])[1][1]
        t = t % 1000003
    return t


print(stack_heavy(4000))


def ordered(n):
    """Side effects before a failing guard happen once."""
    effects = []

    def note(v):
        effects.append(v)
        return v

    def use(x, y):
        return note(x) + note(y) if type(x) is int else note(-1)

    t = 0
    for i in range(n):
        x = i if i % 900 != 899 else i + 0.5
        t += use(note(x), i) + note(1)
    return t, len(effects), sum(effects)


print(ordered(3000))


def pops(n):
    """A guard that fails after a pop must not pop twice."""
    stack = list(range(n * 2))
    out = 0
    while len(stack) > 2:
        v = stack.pop() + stack.pop() * (1 if len(stack) % 777 else 1.5)
        out += v
    return out, stack


print(pops(2500))


def iterators_consumed_once(n):
    it = iter(range(n))
    out = []
    for x in it:
        y = next(it, None)
        if y is None:
            break
        z = x * y if x % 600 else str(x)
        if isinstance(z, str):
            out.append((z, next(it)))
    return out, list(it)


print(iterators_consumed_once(5000))


def kwargs_frames(n):
    def outer(**kw):
        return middle(*kw.values(), **kw)

    def middle(*args, **kw):
        return inner(args, kw)

    def inner(args, kw):
        if kw["a"] == 2100:
            kw["a"] = "changed"
            return args, sorted(kw.items())
        return sum(args)

    results = [outer(a=i, b=1) for i in range(n)]
    return results[2100], sum(r for r in results if isinstance(r, int))


print(kwargs_frames(3000))


def generator_frames(n):
    def inner(k):
        x = k * 2
        yield x
        x = x + 1 if k != 1777 else x + 0.5
        yield x
        yield locals()["x"] - k

    def outer():
        for k in range(n):
            s = 0
            for v in inner(k):
                s += v
            yield s

    return sum(outer())


print(generator_frames(2500))
