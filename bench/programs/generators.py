"""Pipelines of generators: filters, windows, merging, coroutines fed by send.

Measures generator resumption inside hot loops, `yield from`, generator expressions
and a running average that is driven from outside.
"""
# test-size: 12000
import sys

DEFAULT = 1600000


def numbers(n):
    state = 1
    for _ in range(n):
        state = (state * 16807) % 2147483647
        yield state & 1023


def keep(source, modulus):
    for value in source:
        if value % modulus:
            yield value


def pairs(source):
    before = None
    for value in source:
        if before is not None:
            yield before, value
        before = value


def windows(source, size):
    window = []
    for value in source:
        window.append(value)
        if len(window) > size:
            window.pop(0)
        if len(window) == size:
            yield sum(window)


def merge(a, b):
    """Merge two sorted streams."""
    end = object()
    x, y = next(a, end), next(b, end)
    while x is not end and y is not end:
        if x <= y:
            yield x
            x = next(a, end)
        else:
            yield y
            y = next(b, end)
    if x is not end:
        yield x
        yield from a
    if y is not end:
        yield y
        yield from b


def flatten(item):
    if isinstance(item, list):
        for part in item:
            yield from flatten(part)
    else:
        yield item


def average():
    total = 0
    count = 0
    result = None
    while True:
        value = yield result
        if value is None:
            return total, count
        total += value
        count += 1
        result = total / count


def collect(results):
    while True:
        results.append((yield from average()))


def nested(depth):
    return [nested(depth - 1), depth, [nested(depth - 1)]] if depth else [0, 1]


def main(n):
    print(sum(keep(numbers(n), 3)))
    print(sum(a * b for a, b in pairs(numbers(n)) if a > b))
    print(max(windows(numbers(n // 2), 5)))
    check = 0
    for value in merge(iter(range(0, n, 3)), iter(range(1, n, 2))):
        check = (check * 31 + value) % 1000000007
    print(check)
    total = 0
    for _ in range(max(1, n // 2000)):
        for value in flatten(nested(6)):
            total += value
    print(total)
    results = []
    driver = collect(results)
    next(driver)
    last = 0.0
    for i, value in enumerate(numbers(n)):
        if i % 1000 == 999:
            driver.send(None)
        else:
            last = driver.send(value)
    driver.close()
    print(len(results), results[:2], f"{last:.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
