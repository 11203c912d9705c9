"""Substitution in generic aliases; annotations of class and static methods; tokens of what is no program."""
import functools
import io
import sys
import tokenize
import weakref
from typing import Annotated, Callable, Dict, List, TypeVar, Union

T = TypeVar("T")
for alias in (List[T], Dict[str, T], Annotated[List[T], 1], Callable[[T], int], Union[T, List[T]]):
    print(alias[int])


class C:
    @functools.singledispatchmethod
    @classmethod
    def show(cls, x):
        return "any"

    @show.register
    @classmethod
    def _(cls, x: int):
        return "int"

    @staticmethod
    def s(x: str) -> int: ...


print(C.show(1), C.show("a"), C.__dict__["s"].__annotations__, type.__type_params__)
functools.update_wrapper(lambda: 0, int)
print([t.string for t in tokenize.generate_tokens(io.StringIO("f(x)), [1}\n01 1a").readline)])
print(weakref.ref(C.show.__code__) if False else weakref.ref((lambda: 0).__code__) is not None, weakref.ref(memoryview(b""))() is None)
try:
    sys.exit((1, 2))
except SystemExit as e:
    print(e.code, e.args)
try:
    sys.exit((42,))
except SystemExit as e:
    print(e.code, e.args)
print(type({1: 2}.keys() & frozenset([1])))
nested = ()
for _ in range(200_000):
    nested = (nested,)
try:
    isinstance(1, nested)
except RecursionError:
    print("RecursionError")
