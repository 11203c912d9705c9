"""Closures made over and over, called with defaults, keywords, `*args` and `**kwargs` in hot loops."""


def defaults(n):
    total = 0
    for i in range(n):
        def f(x, k=i, *, scale=2):
            return x + k * scale

        total += f(i) + f(1, scale=3) + f(x=2, k=5)
    return total


def changing_defaults(n):
    def make(k):
        def f(a, b=k, c=k + 1):
            return a * 100 + b * 10 + c

        return f

    fs = [make(k) for k in range(3)]
    fs[2].__defaults__ = (7,)
    total = 0
    for i in range(n):
        try:
            total += fs[i % 3](i & 7)
        except TypeError as error:
            total -= len(str(error))
        if i == n // 2:
            fs[2].__defaults__ = (8, 9)
        if i == n * 3 // 4:
            fs[0].__defaults__ = None
    return total


def counters(n):
    def counter(step):
        total = 0

        def bump(times=1):
            nonlocal total
            total += step * times
            return total

        return bump

    results = []
    for step in range(4):
        one, two = counter(step), counter(step + 1)
        for i in range(n):
            one()
            if i % 2:
                two(times=i & 3)
        results.append((one(0), two(0)))
    return results


def forwarding(n):
    log = [0]

    def traced(function):
        def inner(*args, **kwargs):
            log[0] += 1
            return function(*args, **kwargs)

        return inner

    @traced
    def mix(a, b=2, *rest, scale=1, **extra):
        return (a + b * scale + len(rest) + extra.get("more", 0)) % 65521

    @traced
    def rest(*args, **kwargs):
        return len(args) * 10 + len(kwargs)

    value = 0
    for i in range(n):
        value = mix(value, i, scale=3) + mix(i, more=value) + mix(value, i, i, i) + mix(i)
        value += rest(*range(i % 4)) + rest(a=1, **{"b": 2} if i % 3 else {})
    return value, log


def wrong(n):
    def star(*args, **kwargs):
        return one(*args, **kwargs)

    def one(a, b=0, /, c=0):
        return a + b + c

    messages = {}
    for i in range(n):
        for args, kwargs in (((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 1}), ((1,), {"d": 1}), ((1, 2, 3), {"c": 1})):
            try:
                star(*args, **kwargs)
            except TypeError as error:
                messages[str(error)] = messages.get(str(error), 0) + 1
        star(1, c=i)
    return messages


def generators(n):
    def outer(*args, **kwargs):
        return inner(*args, **kwargs)

    def inner(a, b=3, *more, **named):
        yield a
        yield b
        yield from more
        yield from named.values()

    total = 0
    for i in range(n):
        total += sum(outer(i, 2, 3, x=i)) + sum(outer(i))
    return total


def subclass_keys(n):
    class Name(str):
        pass

    def f(**kwargs):
        return g(**kwargs)

    def g(a=0, **kwargs):
        return a, sorted(kwargs)

    out = None
    for i in range(n):
        out = f(**{Name("a"): i, Name("z"): 1})
    try:
        f(**{1: 2})
    except TypeError as error:
        out = out, str(error)
    return out


for test in (defaults, changing_defaults, counters, forwarding, wrong, generators, subclass_keys):
    for n in (50, 700):
        print(test.__name__, test(n))
