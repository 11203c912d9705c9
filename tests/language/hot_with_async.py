"""Coroutines, async iteration and context managers in hot loops, driven by hand."""


class Sleep:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield self.v
        return got


async def add(a, b):
    return a + b


async def waits(n):
    t = 0
    for i in range(n):
        t += await add(i, 1)
        if i % 10 == 0:
            t += await Sleep(i)
    return t


def drive(c, value=1):
    sent, yielded = None, 0
    while True:
        try:
            yielded += c.send(sent)
            sent = value
        except StopIteration as stop:
            return yielded, stop.value


class AIter:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.i += 1
        if self.i > self.n:
            raise StopAsyncIteration
        if self.i % 100 == 0:
            await Sleep(self.i)
        return self.i


class CM:
    n = 0

    async def __aenter__(self):
        CM.n += 1
        return CM.n

    async def __aexit__(self, kind, v, tb):
        CM.n += 1
        return kind is KeyError


async def agen(n):
    for i in range(n):
        if i % 50 == 0:
            await Sleep(1)
        yield i


async def everything(n):
    t = 0
    async for x in AIter(n):
        t += x
    async for x in agen(n):
        t += x * 2
        if x == n - 10:
            break
    for i in range(n):
        async with CM() as k:
            if i % 7 == 0:
                raise KeyError
            t += k % 3
    t += sum([x async for x in agen(100) if x % 2])
    try:
        for i in range(n):
            await fails(i, n - 5)
    except ValueError as error:
        t += error.args[0]
    return t


async def fails(i, k):
    if i == k:
        raise ValueError(i)
    return await add(i, k)


def scheduler(n):
    log = []

    async def task(name, k):
        for i in range(k):
            await Sleep(name * 10 + i % 10)
        log.append(name)
        return name

    tasks = [task(i, n // (i + 1)) for i in range(5)]
    total = 0
    while tasks:
        for t in tasks[:]:
            try:
                total += t.send(None)
            except StopIteration as stop:
                tasks.remove(t)
                total += stop.value
    return total, log


print(drive(waits(3000)), drive(waits(1000), 0.5), drive(everything(2000)), scheduler(1500))
