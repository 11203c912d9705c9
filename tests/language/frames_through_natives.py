"""Frames that are looked at across native calls: hot callers that the code in between was inlined into are there."""
import sys
import typing


def caller(depth):
    return sys._getframe(depth + 1).f_code.co_name


def module_of_caller(depth):
    return sys._getframemodulename(depth + 1)


class Meta(type):
    def __instancecheck__(cls, instance):
        return check(cls, instance)

    def __subclasscheck__(cls, other):
        names.add(tuple(caller(depth) for depth in range(5)))
        modules.add(tuple(module_of_caller(depth) for depth in range(4)))
        return True


def check(cls, instance):
    return issubclass(type(instance), cls)


class A(metaclass=Meta):
    pass


def hot(n):
    for _ in range(n):
        isinstance(1, A)


names, modules = set(), set()
hot(300)
print(names, modules)


@typing.runtime_checkable
class HasX(typing.Protocol):
    x: int


class HasXAndM(HasX, typing.Protocol):
    def m(self): ...


class Y:
    x = 1


def protocols(n):
    found = [0, 0]
    for _ in range(n):
        found[0] += isinstance(Y(), HasX)
        try:
            issubclass(Y, HasX)
        except TypeError:
            found[1] += 1
    return found


print(protocols(300))


class Key:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        seen.add(compared())
        return self.n < other.n


def compared():
    return middle()


def middle():
    return sys._getframe(3).f_code.co_name, sys._getframe(4).f_code.co_name


def ordered(n):
    for i in range(n):
        sorted([Key(i), Key(i + 1), Key(0)])


seen = set()
ordered(300)
print(seen)
