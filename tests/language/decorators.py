"""Decorators: order, arguments, classes, methods, functools.wraps, expression forms."""
import functools


def log(name):
    print("make", name)

    def decorate(function):
        print("decorate", name, getattr(function, "__name__", "?"))

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            print("call", name)
            return function(*args, **kwargs)

        return wrapper

    return decorate


@log("a")
@log("b")
def add(x, y=1):
    """Adds."""
    return x + y


print(add(1), add.__name__, add.__doc__, add.__wrapped__.__wrapped__(5))


@log("class")
class K:
    def __init__(self):
        self.v = 1


print(K().v)


class CountCalls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.count = function, 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)

    def __get__(self, instance, owner):
        return functools.partial(self, instance) if instance is not None else self


@CountCalls
def square(x):
    return x * x


class Has:
    @CountCalls
    def m(self, x):
        return (type(self).__name__, x)


print(square(3), square(4), square.count, Has().m(2), Has.m.count)
decorators = [lambda f: (lambda: f() + 1), lambda f: (lambda: f() * 10)]


@decorators[0]
@decorators[1]
def five():
    return 5


print(five())


@lambda f: "replaced by " + f.__name__
def gone():
    pass


print(gone)


@(d := decorators[0])
def walrus():
    return 1


print(walrus(), d is decorators[0])


@functools.lru_cache(maxsize=2)
def cached(n):
    print("compute", n)
    return n * n


print([cached(n) for n in (1, 2, 1, 3, 2)], cached.cache_info())


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(90))


def register(registry):
    def decorate(f):
        registry[f.__name__] = f
        return f

    return decorate


R = {}


@register(R)
def one():
    return 1


@register(R)
def two():
    return 2


print({k: v() for k, v in R.items()})


class P:
    @staticmethod
    @log("inner")
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    @functools.cache
    def p(self):
        return "cached property"

    @functools.cached_property
    def cp(self):
        print("once")
        return 7


p = P()
print(P.s(3), p.s(4), p.c(), p.p, p.cp, p.cp)


@functools.singledispatch
def kind(x):
    return "object"


@kind.register
def _(x: int):
    return "int"


@kind.register(list)
def _(x):
    return "list"


print(kind(1), kind([]), kind("s"), kind(True))


@functools.total_ordering
class V:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __lt__(self, o):
        return self.v < o.v


print(V(1) <= V(2), V(3) > V(2), V(2) >= V(3), V(1) != V(1))


def hot(f):
    def inner(x):
        return f(x) + 1

    return inner


@hot
@hot
@hot
def base(x):
    return x


print(sum(base(i) for i in range(3000)))
