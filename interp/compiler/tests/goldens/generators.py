def gen(n):
    x = yield n
    yield from range(x)


async def agen(items):
    async with lock:
        async for item in items:
            yield await item
    return


squares = (x * x for x in numbers)
table = {k: [v for v in k] for k in numbers}
captured = [lambda: i for i in numbers]
