"""Calls that spread tuples and dicts, in hot loops: decorators, varying lengths, generators, errors."""
import sys


def plain(a, b, c=3):
    return a * 100 + b * 10 + c


def two(a, b):
    return a - b


def wrap(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapper


def logged(f):
    calls = [0]

    def inner(*args):
        calls[0] += 1
        return f(*args)

    inner.calls = calls
    return inner


wrapped = wrap(two)
wrapped_plain = wrap(plain)
deep = wrap(wrap(wrap(two)))
counted = logged(two)


def run(n):
    total = 0
    for i in range(n):
        total += wrapped(i, 1) + wrapped_plain(i, 2) + wrapped_plain(i, 2, c=4) + deep(i, i % 3)
        total += counted(i, 2)
        total += wrapped(b=i, a=1)
        pair = (i, 5) if i % 7 else (i, 5, 6)
        try:
            total += two(*pair)
        except TypeError as e:
            total += len(str(e))
    return total, counted.calls


def recursive(k):
    return 0 if k == 0 else 1 + indirect(k - 1)


indirect = wrap(recursive)


class Holder:
    def method(self, *args):
        return sum(args)

    def relay(self, *args):
        return self.method(*args)


def spread_items(n):
    h = Holder()
    total = 0
    values = [1, 2, 3]
    for i in range(n):
        values[i % 3] = i
        total += h.relay(*values) + h.relay(*(i,)) + h.relay()
        total += two(*"ab"[i % 2:i % 2], *(i, 2))
        a = [i]
        total += wrapped(*a, **{"b": 1})
    return total


def gen(n):
    for i in range(n):
        yield wrapped(*(i, 1))


print(run(3000))
print(recursive(50), [recursive(i % 20) for i in range(600)][-1])
print(spread_items(3000))
print(sum(gen(3000)))
obj = object()
before = sys.getrefcount(obj)
keep = wrap(lambda a, b: a)
for i in range(3000):
    keep(obj, i)
    keep(*(obj, obj))
print(sys.getrefcount(obj) == before)
