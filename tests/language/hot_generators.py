"""Generators in hot loops: inlined resumption, several at once, exceptions and early exits."""


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def evens(it):
    for x in it:
        if x % 2 == 0:
            yield x


def squares(it):
    for x in it:
        yield x * x


def pipeline(n):
    total = 0
    for x in squares(evens(count(n))):
        total += x
    return total


def two(n):
    a, b = count(n), count(n * 2)
    total = 0
    for x in a:
        total += x * next(b)
        if x % 3 == 0:
            total -= next(b)
        if x > n // 3 * 2 - 10:
            break
    return total, next(a), next(b)


def short_lived(n):
    total = 0
    for i in range(n):
        for j in count(i % 5):
            total += j
        total += sum(k for k in range(i % 4))
    return total


def type_change():
    def gen():
        for i in range(3000):
            yield i if i < 2000 else i / 2 if i < 2500 else str(i)

    total, text = 0, 0
    for v in gen():
        if isinstance(v, str):
            text += len(v)
        else:
            total += v
    return total, text


def send_loop(n):
    def accumulator():
        total = 0
        while True:
            x = yield total
            if x is None:
                return total
            total += x

    g = accumulator()
    next(g)
    for i in range(n):
        last = g.send(i if i < n - 100 else i * 1.5)
    try:
        g.send(None)
    except StopIteration as stop:
        return last, stop.value


def raising(n):
    def gen(k):
        for i in range(k):
            if i == 3:
                raise ValueError(i)
            yield i

    total = caught = 0
    for i in range(n):
        try:
            for v in gen(i % 6):
                total += v
        except ValueError:
            caught += 1
    return total, caught


def throwing(n):
    def gen():
        caught = 0
        while True:
            try:
                yield caught
            except KeyError:
                caught += 1

    g = gen()
    next(g)
    for i in range(n):
        r = g.throw(KeyError) if i % 3 == 0 else next(g)
    return r


def closing(n):
    closed = [0]

    def gen():
        try:
            yield 1
            yield 2
        finally:
            closed[0] += 1

    for i in range(n):
        for v in gen():
            if i % 2:
                break
    return closed


def yield_from(n):
    def walk(t):
        if isinstance(t, tuple):
            for c in t:
                yield from walk(c)
        else:
            yield t

    tree = ((1, (2, 3)), (4, ((5,), 6)))
    total = 0
    for i in range(n):
        for leaf in walk(tree):
            total += leaf * i
    return total


def escaping(n):
    gens = []
    for i in range(n):
        g = count(5)
        next(g)
        if i % 100 == 0:
            gens.append(g)
    return [next(g) for g in gens], sum(sum(g) for g in gens)


def fib_gen(n):
    def fib():
        a, b = 0, 1
        while True:
            yield a
            a, b = b, a + b

    total = 0
    for i, f in enumerate(fib()):
        if i >= n:
            return total % (10 ** 20)
        total ^= f


def locals_shared(n):
    def gen(data):
        for i in range(len(data)):
            data[i] += 1
            yield data[i]
            data[i] *= 2

    data = list(range(50))
    total = 0
    for _ in range(n):
        for v in gen(data):
            total = (total + v) % 1000003
        data = [d % 97 for d in data]
    return total, data[:5]


print(pipeline(5000), two(3000), short_lived(2000), type_change(), send_loop(3000), raising(1500), throwing(2000), closing(1500), yield_from(400), escaping(1000), fib_gen(600), locals_shared(60))
