"""Generators that hot loops resume: inlined, left early, closed, looked at while they run."""
import gc
import sys


def squares(it):
    for x in it:
        yield x * x


def pairs(xs):
    for i in xs:
        for j in xs:
            yield i, j


def evens(n):
    for i in range(n):
        if i % 2 == 0:
            yield i


def floats(n):
    x = 0.5
    for _ in range(n):
        x = x * 1.0000001 + 0.25
        yield x


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, (a + b) & 0xFFFFFF


def big(n):
    x = 1 << 60
    for i in range(n):
        yield x + i
        x += 1 << 55


def several(n):
    for i in range(n):
        yield i
        yield -i
        if i % 3 == 0:
            yield "three"
        got = yield None
        assert got is None


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        for x in tree(n - 1):
            yield x


def failing(n):
    for i in range(n):
        if i == n - 3:
            raise ValueError(i)
        yield i


def guarded(n, log):
    try:
        for i in range(n):
            try:
                if i % 10 == 3:
                    raise KeyError(i)
                yield i
            except KeyError as e:
                yield -e.args[0]
    finally:
        log.append("closed")


def looking(holder, n):
    for i in range(n):
        if i % 100 == 50:
            holder.append(holder[0].gi_running)
        yield i


def deleting(n):
    for i in range(n):
        x = [i]
        y = x
        del x
        yield y[0]


def returning(n):
    for i in range(n):
        yield i
    return n


class Each:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield i


def simple(n):
    total = 0
    for x in squares(range(n)):
        total += x
    for i, j in pairs(range(n // 40)):
        total += i * j
    for x in squares(evens(n)):
        total += x
    for x in floats(n):
        total += x
    for x in big(n):
        total += x
    return total


def left_early(n):
    total = 0
    for k in range(n):
        for x in fibonacci():
            if x > 500:
                break
            total += x
    return total


def short(n):
    total = 0
    for k in range(n):
        for x in squares((1, 2, k)):
            total += x
        for x in Each(k % 4):
            total -= x
        total += sum(y for y in (k, 1)) + max(y * 2 for y in (k, 7))
        if any(y > 5 for y in (1, k % 9)):
            total += 1
    return total


def mixed(n):
    total = 0
    for x in several(n):
        if x is None:
            total += 1
        elif x == "three":
            total += 3
        else:
            total += x
    return total


def errors(n):
    total = 0
    for k in range(20):
        try:
            for x in failing(n):
                total += x
        except ValueError as e:
            total += e.args[0]
            tb = e.__traceback__
            names = []
            while tb:
                names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
                tb = tb.tb_next
    return total, names


def body_errors(n):
    log = []
    total = 0
    for k in range(n):
        try:
            for x in guarded(40, log):
                total += x
                if x == 30:
                    raise IndexError(x)
        except IndexError as e:
            total += e.args[0]
            del e
        gc.collect() if k % 200 == 0 else None
    return total, len(log)


def in_handler(n):
    total = 0
    for k in range(n):
        try:
            raise KeyError(k)
        except KeyError:
            for x in squares((k, 2)):
                total += x
            total += sys.exception().args[0]
    return total


def running(n):
    holder = []
    g = looking(holder, n)
    holder.append(g)
    total = 0
    for x in g:
        total += x
        if x % 100 == 7:
            holder.append(g.gi_running)
    return total, holder[1:]


def reentrant(n):
    def gen():
        for i in range(n):
            if i == n - 5:
                try:
                    next(g)
                except ValueError as e:
                    yield str(e)
            yield i

    g = gen()
    total = 0
    for x in g:
        if isinstance(x, str):
            print(x)
        else:
            total += x
    return total


def closed(n):
    total = 0
    for k in range(n):
        g = fibonacci()
        for x in g:
            total += x
            if x > 20:
                g.close()
    return total


def interleaved(n):
    g = several(n)
    total = 0
    for x in g:
        if x is not None and not isinstance(x, str):
            total += x
            y = next(g, None)
            if isinstance(y, int):
                total += 2 * y
    return total


def stopped(n):
    def gen():
        for i in range(n):
            r = yield from returning(i % 3)
            yield r

    return sum(gen())


def shared(n):
    g = (i * 3 for i in range(n))
    total = 0
    for x in g:
        total += x
        for y in g:
            total -= y
            break
    return total


def locals_seen(n):
    def gen():
        for i in range(n):
            if i % 97 == 0:
                seen = sorted(k for k in sys._getframe().f_locals if k != "seen")
                yield len(seen)
            else:
                yield i

    return sum(x for x in gen()), [x for x in gen()][:3]


def inner(n):
    for i in range(n):
        if i % 3 == 1:
            yield -i
        elif i % 5 == 2:
            yield i * 2
        else:
            yield i


def outer(n):
    for k in range(n):
        for x in inner(4 + k % 3):
            if x < 0:
                yield x
            else:
                yield x + 1


def nested(n):
    """What the outer generator's slots hold is given up, too, where a trace starts in the inner one."""
    total = 0
    for v in outer(n):
        total += v
    return total


for _ in range(6):
    nested(2000)
gc.collect()
before = sys.getallocatedblocks()
print("nested", nested(2000))
gc.collect()
print("more blocks:", sys.getallocatedblocks() - before > 100)
for f in (simple, left_early, short, mixed, in_handler, deleting and reentrant, closed, interleaved, stopped, shared):
    print(f.__name__, f(1500))
print(errors(150))
print(body_errors(400))
print(running(1000))
print(sum(deleting(3000)), locals_seen(1000))
total = 0
for x in deleting(3000):
    total += x
print(total, sum(1 for _ in tree(9)))
