"""Closures that are made over and over, called where they are hot: the code is the same, the function is not."""


def adder(n):
    def add(x):
        return x + n

    return add


def compose(f, g):
    return lambda x: f(g(x))


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n

    return step


def direct(n):
    total = 0
    for i in range(n):
        total += (lambda q: q + i)(i)
        total += adder(3)(i)
    return total


def chosen(n):
    functions = [adder(j) for j in range(7)]
    total = 0
    for i in range(n):
        total += functions[i % 7](i)
    return total


def nested(n):
    total = 0
    for i in range(n):
        h = compose(adder(i), compose(adder(1), lambda x: x * 2))
        total += h(i)
    return total


def raising(n):
    def make(k):
        def f(x):
            if x % 50 == k:
                raise ValueError(x)
            return x

        return f

    total = 0
    for i in range(n):
        try:
            total += make(i % 3)(i)
        except ValueError as e:
            total -= e.args[0]
    return total


def state(n):
    total = 0
    for i in range(n):
        step = counter()
        step()
        total += step() + step(5)
    return total


class Holder:
    def method(self, x):
        def inner(y):
            return self.base + x + y

        return inner

    def __init__(self, base):
        self.base = base


def bound(n):
    total = 0
    for i in range(n):
        total += Holder(i).method(1)(2)
    return total


def recursive(n):
    def make(depth):
        def f(x):
            return x if depth == 0 else make(depth - 1)(x + 1)

        return f

    return sum(make(i % 5)(i) for i in range(n))


def other_globals():
    source = "def f(x):\n    return lambda y: x + y + K\n"
    code = compile(source, "<made>", "exec")
    spaces = []
    for k in range(3):
        space = {"K": k * 1000}
        exec(code, space)
        spaces.append(space["f"])
    total = 0
    for i in range(3000):
        total += spaces[i % 3](i)(1)
    for f in spaces:
        for i in range(500):
            total += f(i)(2)
    return total


def defaults(n):
    total = 0
    for i in range(n):
        f = lambda x, y=i, *, z=2: x + y + z  # noqa: E731
        total += f(1) + f(1, 2) + f(1, z=3)
    return total


def changed_code(n):
    def a(x):
        return x + 1

    def b(x):
        return x - 1

    total = 0
    for i in range(n):
        def f(x):
            return x * 2

        if i > n - 20:
            f.__code__ = a.__code__ if i % 2 else b.__code__
        total += f(i)
    return total


for f in (direct, chosen, nested, raising, state, bound, recursive, defaults, changed_code):
    print(f.__name__, f(2000))
print(other_globals())
