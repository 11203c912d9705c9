"""Annotations (PEP 649): lazy evaluation, forward references, formats, classes and functions."""
import annotationlib
from typing import get_type_hints


def f(a: int, b: "str" = "x", *args: Later, c: undefined_yet = 3, **kw: dict[str, int]) -> list[Later]:
    x: never_evaluated = 5
    return x


class Later:
    pass


print(f(1))
try:
    f.__annotations__
except NameError as error:
    print(error)
undefined_yet = float
print(list(f.__annotations__), f.__annotations__["args"].__name__, f.__annotations__["c"].__name__, f.__annotations__["b"], f.__annotations__["kw"])


class C:
    x: int
    y: str = "default"
    z: Node
    "docstring not"

    def m(self) -> Node:
        pass


print(hasattr(C, "x"), C.y)
print(annotationlib.get_annotations(C, format=annotationlib.Format.STRING))
print({k: str(v) for k, v in annotationlib.get_annotations(C, format=annotationlib.Format.FORWARDREF).items() if k != "z"})


class Node:
    next: Node
    value: list[Node] | None


print(C.__annotations__["z"] is Node, Node.__annotations__["next"] is Node, Node.__annotations__["value"])
print(get_type_hints(C)["x"], get_type_hints(f)["b"])
counter = 0


def effect():
    global counter
    counter += 1
    return int


def g(a: effect()):
    pass


print(counter)
g.__annotations__
g.__annotations__
print(counter, g.__annotate__(1)["a"], counter)
v: int = 5
w: effect()
print(v, counter, __annotate__(1)["v"], counter)
try:
    w
except NameError as error:
    print(error)


class Sub(C):
    pass


print(Sub.__annotations__, C.__annotate__ is not None, (lambda: 0).__annotations__)
(p): int = 1
d = {}
d["k"]: int = 2
C.attr: int = 3
print(p, d, C.attr, "p" in __annotate__(1))


def scoped(T):
    def inner(x: T) -> T:
        return x

    return inner.__annotations__


print(scoped(int))
g.__annotations__ = {"a": 1}
print(g.__annotations__, g.__annotate__)


def conditional(flag):
    class K:
        if flag:
            a: int
        else:
            b: str

    return K.__annotations__


print(conditional(True), conditional(False))
