"""Coroutines driven by hand: await, async for, async with, async generators, comprehensions."""


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        result = yield self.value
        return result


def drive(coroutine, answer=lambda v: v):
    sent = None
    trace = []
    while True:
        try:
            value = coroutine.send(sent)
        except StopIteration as stop:
            return trace, stop.value
        trace.append(value)
        sent = answer(value)


async def add(a, b):
    x = await Pause(a)
    y = await Pause(b)
    return x + y


async def main():
    first = await add(1, 2)
    second = await add(first, 10)
    return second


print(drive(main()), drive(main(), lambda v: v * 2))


class Counter:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        await Pause(f"tick {self.i}")
        return self.i


async def loop():
    total = 0
    async for i in Counter(3):
        if i == 2:
            continue
        total += i
    else:
        total += 100
    return total


print(drive(loop()))


class Manager:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress

    async def __aenter__(self):
        await Pause(f"enter {self.name}")
        return self.name

    async def __aexit__(self, kind, value, traceback):
        await Pause(f"exit {self.name} {kind.__name__ if kind else None}")
        return self.suppress


async def managed():
    async with Manager("a") as a, Manager("b", True) as b:
        raise ValueError(a + b)
    try:
        async with Manager("c"):
            raise KeyError("out")
    except KeyError as error:
        return error.args


print(drive(managed()))


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                await Pause(("got", got))
    finally:
        await Pause("agen finally")


async def use_agen():
    values = [x async for x in agen(3)]
    pairs = {x: y async for x in agen(2) for y in "ab"}
    filtered = {x async for x in agen(5) if x % 2}
    g = (x * 10 async for x in agen(2))
    more = [x async for x in g]
    awaited = [await add(i, i) for i in range(2)]
    a = agen(3)
    first = await anext(a)
    second = await a.asend("hi")
    await a.aclose()
    try:
        await anext(a)
    except StopAsyncIteration:
        done = "stopped"
    b = agen(3)
    await b.__anext__()
    try:
        await b.athrow(RuntimeError("thrown"))
    except RuntimeError as error:
        thrown = str(error)
    default = await anext(agen(0), "default")
    return values, pairs, filtered, more, awaited, first, second, done, thrown, default


trace, result = drive(use_agen())
print(result)
print(trace)


async def failing():
    try:
        await Pause(1)
    except ValueError as error:
        return f"caught {error}"
    finally:
        print("cleanup")


c = failing()
c.send(None)
try:
    c.throw(ValueError("injected"))
except StopIteration as stop:
    print(stop.value)
c = failing()
c.send(None)
c.close()
print(type(c).__name__, c.cr_frame, c.__name__)
try:
    c.send(None)
except RuntimeError as error:
    print(error)


async def bad_await():
    await 5


try:
    bad_await().send(None)
except TypeError as error:
    print(error)


async def bad_for():
    async for x in [1]:
        pass


try:
    bad_for().send(None)
except TypeError as error:
    print(error)


async def bad_with():
    async with 3:
        pass


try:
    bad_with().send(None)
except TypeError as error:
    print(error)

try:
    for _ in main():
        pass
except TypeError as error:
    print(str(error))


class OldStyle:
    def __iter__(self):
        return iter("xy")

    __await__ = __iter__


async def custom():
    return await OldStyle()


print(drive(custom(), lambda v: None))


async def gather(*coroutines):
    results = [None] * len(coroutines)
    live = list(enumerate(coroutines))
    while live:
        for item in live[:]:
            i, c = item
            try:
                value = c.send(None)
                await Pause((i, value))
            except StopIteration as stop:
                results[i] = stop.value
                live.remove(item)
    return results


async def worker(name, n):
    for i in range(n):
        await Pause(f"{name}{i}")
    return name.upper()


print(drive(gather(worker("a", 2), worker("b", 3)), lambda v: None))
f = lambda: (await_ for await_ in range(2))
print(list(f()))
import types


@types.coroutine
def legacy():
    x = yield "legacy"
    return x


async def uses_legacy():
    return await legacy()


print(drive(uses_legacy()))
