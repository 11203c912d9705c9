# Builtins that consume a generator expression: loops in the code around them, if they are the builtins.
import asyncio
import sys
import traceback
from fractions import Fraction


def items(n):
    return (
        any(i > 3 for i in range(n)),
        all(i < 3 for i in range(n)),
        tuple(i * i for i in range(n)),
        list(str(i) for i in range(n) if i % 2),
        sorted(set(i % 3 for i in range(n))),
        sum(i for i in range(n)),
        sum(i % 2 == 0 for i in range(n)),
    )


for n in (0, 1, 3, 10):
    print(items(n))

# Sums of everything that can be added.
print(sum(x for x in [1, 2.5, 3]), sum(x for x in [True, True, False]), sum(x for x in [0.1] * 10))
print(sum(x for x in [1, 2j, 3.5]), sum(x for x in [Fraction(1, 3), 1, Fraction(2, 3)]))
print(sum(x for x in [2**62, 2**62, 2**62]), sum(x for x in [2**70, 1, -(2**70)]), sum(x for x in [-(2**62), -1]))
print(sum(x for x in [1e308, 1e308, -1e308]), sum(x for x in [1, 1e100, 1, -1e100]))


class Odd:
    def __init__(self, n):
        self.n = n

    def __radd__(self, other):
        print("radd", other)
        return self.n

    def __gt__(self, other):
        print("gt", self.n, other.n)
        return self.n % 10 > other.n % 10

    def __lt__(self, other):
        print("lt", self.n, other.n)
        return self.n % 10 < other.n % 10


print(sum(Odd(n) for n in (5,)), sum(x for x in [1, Odd(7), 2]))
print(max(Odd(n) for n in (5, 17, 7, 3)).n, min(Odd(n) for n in (5, 17, 3, 13)).n)
print(max(x for x in "hello"), min(x for x in (3, 1.0, 1, 2)), max(x for x in [2, 2.0]))


def failing(text, f):
    try:
        print(text, f())
    except Exception as e:
        print(text, type(e).__name__, e)


def raising(n):
    if n == 2:
        raise KeyError(n)
    return n


failing("empty max", lambda: max(x for x in ()))
failing("empty min", lambda: min(x for x in ()))
failing("list in a set", lambda: set([x] for x in (1,)))
failing("sum of str", lambda: sum(x for x in ["a"]))
failing("sum of list", lambda: sum(x for x in [[1]]))
failing("mixed", lambda: max(x for x in [1, "a"]))
failing("raises", lambda: list(raising(x) for x in range(5)))
failing("raises", lambda: any(raising(x) > 5 for x in range(5)))
failing("no iterable", lambda: sum(x for x in 5))


def lines(f):
    try:
        f()
    except KeyError as e:
        return [(s.name, s.line) for s in traceback.extract_tb(e.__traceback__)]


print(lines(lambda: sum(raising(x) for x in range(5))))


class Truth:
    def __init__(self, b):
        self.b = b

    def __bool__(self):
        print("bool", self.b)
        return self.b


print(any(Truth(b) for b in (False, True, True)), all(Truth(b) for b in (True, False, True)))


# What is left of the generator is closed, and when.
def closing(n):
    try:
        for i in range(n):
            yield i
    finally:
        print("closed")


def closes():
    found = any(x == 2 for x in closing(5))
    print("found", found)


closes()


# Sorted ones, and joined ones.
class Joins(str):
    def join(self, items):
        return "own", [*items]


class Method:
    def join(self, items):
        return type(items).__name__, [*items]


print(sorted(-x for x in range(4)), "-".join(str(x) for x in range(4)), b"-".join(b"x" for x in range(3)))
print(Joins("-").join(x for x in "ab"), Method().join(x for x in "ab"), str.join("-", (x for x in "ab")))
print("".join(x for x in ()), ", ".join(c.upper() for c in "abc" if c != "b"))
failing("joined ints", lambda: "".join(x for x in (1, 2)))
failing("sorted mix", lambda: sorted(x for x in (1, "a")))
failing("raises", lambda: "".join(raising(x) for x in range(5)))
print(lines(lambda: "".join(raising(x) for x in range(5))), lines(lambda: sorted(raising(x) for x in range(5))))


# Other functions of these names.
def rebound():
    sum = lambda g: ["mine", *g]
    print(sum(x for x in (1, 2)))


rebound()


def global_names():
    return list(x for x in (1, 2)), max(x for x in (1, 5, 2))


print(global_names())
list = lambda g: "not a list"
max = min
print(global_names())
del list, max
print(global_names())


# In the order of evaluation, the function comes first.
def order(x):
    print("order", x)
    return x


print(sum(y for y in order([1, 2])), [sum(x for x in order(r)) for r in ([1], [2])])
print(sum(sum(y for y in range(x)) for x in range(6)), any(all(y < x for y in range(3)) for x in range(5)))


async def numbers(n):
    for i in range(n):
        yield i


async def awaiting():
    failing("async", lambda: sum(x async for x in numbers(3)))
    failing("async", lambda: list(x async for x in numbers(3)))
    return sum(x for x in [y async for y in numbers(4)])


print(asyncio.run(awaiting()))


# Hot ones.
def hot(n):
    total = 0
    for i in range(n):
        total += sum(x for x in range(i % 7)) + len(set(x % 3 for x in range(5)))
        total += max(x for x in (i, 3)) - min(x * 0.5 for x in (i, 4, 9))
        if any(x == i for x in range(10)):
            total += 1
        if i % 500 == 499:
            total += sum(0.5 for x in range(3))
            total += len(list(str(x) for x in (1, 2)))
        total += len("".join(c for c in "abc")) + sorted(-x for x in range(3))[0]
        if all(x != i % 50 for x in range(49)):
            total += len(tuple(x for x in range(i % 4)))
    return total


print(hot(3000))


# While somebody is told, these are calls.
def told():
    return sum(x for x in (1, 2)), list(x for x in (3,)), max(x for x in (1, 2))


def tell(frame, event, arg):
    events.append((event, frame.f_code.co_name, getattr(arg, "__name__", None)))


told()
events = []
sys.setprofile(tell)
told()
sys.setprofile(None)
for event in events:
    print(event)
