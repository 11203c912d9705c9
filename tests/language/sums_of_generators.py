"""sum of generator expressions: ints, floats with compensation, and what ends such a run."""
import math
from decimal import Decimal
from fractions import Fraction

inf, nan = math.inf, math.nan


def ints(a):
    return sum(x for x in a)


def squares(a):
    return sum(x * x for x in a)


def filtered(a):
    return sum(x for x in a if x == x)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


class Sum:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return Sum((self.v, o.v if isinstance(o, Sum) else o))

    def __radd__(self, o):
        return Sum((o, self.v))

    def __repr__(self):
        return f"Sum({self.v})"


cases = [
    [], [1], [1, 2, 3], [True, 2, False], [2**62, 2**62, 5], [2**70, 1.5], [1, 2.5, 3], [0.1] * 10, [1e16, 1.0, -1e16],
    [1e308, 1e308, -1e308], [inf, 1.0], [inf, -inf], [nan, 1], [1.0, inf, 2.0], [0.1, 2**70, 0.2], [0.1, True, 0.2] * 5,
    [-0.0], [-0.0, -0.0], [0.1, 0.2, 1j, 0.3], [1, 1j, 2.5], [0.5, Fraction(1, 3), 0.1, 0.2], [1, Fraction(1, 3), 0.25],
    [Decimal("1.1"), Decimal("2.2")], [1, Sum(2), 3.5], [0.1, 0.2, Sum(3), 4], [3, 0.1] * 30, [5e-324] * 7,
    [1.7976931348623157e308, -1.7976931348623157e308, 0.1], [0.1] * 3 + [1] * 3 + [-0.3], list(range(50)),
    [k / 7 for k in range(100)], [(-1) ** k * 1.1**k for k in range(300)], [10.0**k for k in range(-20, 20)],
]
for a in cases:
    for f in (ints, squares, filtered):
        try:
            results = {repr(f(a)) for _ in range(40)}
            try:
                plain = repr(sum([x * x if f is squares else x for x in a if f is not filtered or x == x]))
            except TypeError as e:
                plain = str(e)
        except TypeError as e:
            results, plain = {str(e)}, "raises"
        print(len(results), *results, plain == next(iter(results)))
for turn in range(50):
    r = [dot([0.1, 0.2, 0.3], (1.1, 2.2, 3.3)), dot([1, 2, 3], [4, 5, 6]), dot([1, 0.5, 2], [0.1, 2, 3]), dot([], [])]
print(r)
try:
    print(sum(x for x in ["a", "b"]))
except TypeError as e:
    print(e)


def early(a):
    it = iter(a)
    try:
        total = sum(x for x in it)
    except TypeError as e:
        return str(e), list(it)
    return total, list(it)


for turn in range(30):
    r = [early([1, 2, 3]), early([0.5, "x", 3]), early([1, None, 0.5]), early([1.5, 2.5])]
print(r)
