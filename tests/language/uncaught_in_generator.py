"""A traceback through a generator, a comprehension, a lambda and a decorator."""
import functools


def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args)

    return wrapper


@deco
def gen(n):
    for i in range(n):
        yield (lambda x: 10 // (2 - x))(i)


total = sum(v for v in gen(5))
