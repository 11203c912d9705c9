"""Finalizers that run while a frame's locals are dropped: the frame has ended, its caller is what they see."""
import gc
import sys


class Looks:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        fresh = [[i] for i in range(10)]
        print(self.name, frame.f_code.co_name, sorted(frame.f_locals), len(fresh))


def returns(a):
    b = [1, 2, 3]
    c = Looks("c")
    return len(b)


def raises(a):
    b = [1, 2, 3]
    raise ValueError(len(b))


def caller():
    one = returns(Looks("returns"))
    try:
        raises(Looks("raises"))
    except ValueError as error:
        two = error.args
    return one, two


print(caller())


def suspended():
    try:
        yield 1
    finally:
        print("closed under", sys._getframe(1).f_code.co_name)


def closes():
    generator = suspended()
    next(generator)
    return "done"


def outer():
    return closes()


print(outer())


class Keeps:
    def __init__(self, tokens):
        self.first = next(tokens)


def parse():
    try:
        Keeps(suspended())
        raise SyntaxError("no")
    except SyntaxError as error:
        return str(error)


print(parse())
print([f for f in gc.get_objects() if type(f).__name__ == "frame" and f.f_code is not sys._getframe().f_code])
