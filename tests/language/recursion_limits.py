"""Deep recursion ends in RecursionError, and the program goes on."""
import sys


def down(n):
    return down(n + 1)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


class A:
    def __getattr__(self, name):
        return getattr(self, name + "x")


class R:
    def __repr__(self):
        return repr(self)


class E:
    def __eq__(self, other):
        return self == other


class C:
    def __call__(self):
        return self()


def mutual_a(n):
    return mutual_b(n + 1)


def mutual_b(n):
    return mutual_a(n + 1)


def gen(n):
    yield from gen(n + 1)


nested = []
for _ in range(100000):
    nested = [nested]
tests = {
    "function": lambda: down(0),
    "getattr": lambda: A().z,
    "repr": lambda: repr(R()),
    "eq": lambda: E() == 1,
    "call": lambda: C()(),
    "mutual": lambda: mutual_a(0),
    "generator": lambda: next(gen(0)),
    "nested repr": lambda: repr(nested),
    "nested eq": lambda: nested == [nested],
    "lambda": lambda: (lambda f: f(f))(lambda f: f(f)),
    "sorted": lambda: sorted([1, 2], key=lambda x: tests["sorted"]()),
    "map": lambda: list(map(lambda x: tests["map"](), [1])),
    "init": lambda: type("I", (), {"__init__": lambda s: type(s)()})(),
}
for name, test in tests.items():
    try:
        test()
        print(name, "returned")
    except RecursionError as error:
        print(name, "RecursionError", str(error).startswith("maximum recursion depth exceeded"))
    except ValueError as error:
        print(name, error)
print(depth(900))
for _ in range(3):
    try:
        depth(5000)
    except RecursionError:
        print("limited")
sys.setrecursionlimit(6000)
print(depth(5000), sys.getrecursionlimit())
sys.setrecursionlimit(1000)
caught = 0


def recover(n):
    global caught
    try:
        recover(n + 1)
    except RecursionError:
        caught += 1
        raise


try:
    recover(0)
except RecursionError:
    print(caught > 500)


def finally_chain(n):
    try:
        finally_chain(n + 1)
    finally:
        global finallies
        finallies += 1


finallies = 0
try:
    finally_chain(0)
except RecursionError:
    print(finallies > 500)
print(depth(800))
while nested:
    nested = nested[0]
print("freed")
