"""Type parameters (PEP 695, 696): generic functions, classes, aliases, bounds, defaults."""


def first[T](items: list[T]) -> T:
    return items[0]


class Stack[T, *Ts, **P]:
    items: list[T]

    def __init__(self):
        self.items = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def convert[U](self, f) -> U:
        return f(self.items)


print(first([1, 2]), first.__type_params__, Stack.__type_params__, first.__annotations__)
s = Stack[int, str, float]()
s.push(3)
print(s.items, s.convert(len), Stack.__orig_bases__, Stack[int, [str], float].__args__ if False else Stack.__parameters__)
type Alias = int | str
type Tree[K] = dict[K, Tree[K]] | None
print(Alias, Alias.__value__, Tree.__name__, Tree.__type_params__, Tree[int], type(Alias).__name__)
T = first.__type_params__[0]
print(T.__name__, T.__bound__, T.__constraints__, type(T).__name__)


def bounded[B: int, C: (str, bytes), D = list](b: B, c: C) -> D:
    return b


b, c, d = bounded.__type_params__
print(b.__bound__, c.__constraints__, d.__default__, b.has_default(), d.has_default())


class Base[T]:
    def get(self) -> T:
        return T


class Child[T](Base[T]):
    pass


print(Child.__mro__[1].__name__, Child.__orig_bases__[0].__origin__.__name__, Base().get().__name__, Child[int].__origin__.__name__)
type Lazy = undefined_name
try:
    Lazy.__value__
except NameError as error:
    print(error)


def outer[T](x: T):
    def inner[U](y: U) -> tuple[T, U]:
        return T, U

    return inner


a, b = outer(1)(2)
print(a, b)
print(list[int], dict[str, list[int]], int | None, (int | str) == (str | int), isinstance(3, int | str), list[int] == list[int])
try:
    isinstance([], list[int])
except TypeError as error:
    print(error)
try:
    exec("def f[T, T](): pass")
except SyntaxError as error:
    print(error.msg)
x = 5


class Scope[T]:
    y = x

    def m(self):
        return T, self.y


print(Scope().m())
