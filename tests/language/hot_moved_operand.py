"""A loop's side trace moves a list from the operand stack to a local and passes it on; then the callee changes."""
import sys


def each(data):
    yield from data


def moved(n):
    take = each
    data = list(range(50))
    total = 0
    for k in range(n):
        if k == n // 2:
            take = tuple
        elif k == n // 4 * 3:
            take = iter
        for v in take(data):
            total = (total + v) % 1000003
        data = [d * 3 % 97 for d in data]
    return total, data[:5], len(data)


print(moved(60), moved(1000))


def counts(n):
    data = [[]]
    inner = data[0]
    take = list
    for k in range(n):
        if k == n // 2:
            take = tuple
        for v in take(data):
            pass
        data = [d for d in data]
    v = data = None
    return sys.getrefcount(inner)


print(counts(60) - counts(2), counts(1000) - counts(2))
