"""Operators and properties of Python classes in hot loops: reflected, in place, NotImplemented, subclasses, raising."""
import sys


class Vec:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        if not isinstance(other, Vec):
            return NotImplemented
        return Vec(self.x + other.x, self.y + other.y)

    def __radd__(self, other):
        return Vec(self.x + other, self.y + other)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __isub__(self, other):
        self.x -= other.x
        return self

    def __lt__(self, other):
        return self.x < other.x

    def __eq__(self, other):
        return isinstance(other, Vec) and self.x == other.x and self.y == other.y

    def __getitem__(self, k):
        if k == 0:
            return self.x
        if k == 1:
            return self.y
        raise IndexError(k)

    @property
    def norm(self):
        return self.x * self.x + self.y * self.y

    @property
    def broken(self):
        raise AttributeError("no luck")


class Sub(Vec):
    __slots__ = ()

    def __radd__(self, other):
        return "sub first"


class Right:
    def __radd__(self, other):
        return ("right", type(other).__name__)

    def __gt__(self, other):
        return True


class Odd:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return [] if self.n % 2 else [1]

    def __ge__(self, other):
        return NotImplemented

    def __del__(self):
        Odd.dead += 1


Odd.dead = 0


def sums(n):
    total = Vec(0, 0)
    for i in range(n):
        total = total + Vec(i, 1) * 2
        total = 3 * total + 1 * Vec(1, 1)
        if total.x > 1000:
            total = Vec(total.x % 7, total.y % 5)
        total -= Vec(1, 0)
    return total.x, total.y


def mixed(n):
    kinds = {}
    things = [Vec(1, 2), Sub(3, 4), Right(), 5]
    for i in range(n):
        a, b = things[i % 4], things[(i // 4) % 4]
        try:
            r = a + b
        except TypeError as e:
            r = str(e)
        r = type(r).__name__ if isinstance(r, (Vec, int)) else r
        kinds[r] = kinds.get(r, 0) + 1
    return sorted(kinds.items(), key=str)


def compared(n):
    least = Vec(10**6, 0)
    equal = 0
    for i in range(n):
        v = Vec((i * 7919) % 1009, i % 3)
        if v < least:
            least = v
        if v == Vec(5, 1):
            equal += 1
        equal += v != Vec(5, 2)
    return least.x, equal


def truths(n):
    count = 0
    for i in range(n):
        if Odd(i) < 3:
            count += 1
        while Odd(i) < 4:
            count += 10
            break
        try:
            Odd(i) >= 1
        except TypeError:
            count += 100
        if 3 < Right():
            count += 1000
    return count, Odd.dead


def items(n):
    total = 0
    v = Vec(3, 4)
    for i in range(n):
        try:
            total += v[i % 3]
        except IndexError as e:
            total += e.args[0] * 100
        total += v.norm
        a, b = v
        total += a * b
        try:
            v.broken
        except AttributeError as e:
            total += len(str(e))
    return total


for f in sums, mixed, compared, truths, items:
    print(f.__name__, f(4000))
v, w = Vec(1, 1), Vec(2, 2)
before = sys.getrefcount(v), sys.getrefcount(w)
for i in range(3000):
    v < w
    v == w
    v + w
    v[0]
    v.norm
print((sys.getrefcount(v), sys.getrefcount(w)) == before)


def late(n):
    for i in range(n):
        if i == n - 1:
            Vec.__add__ = lambda a, b: "patched"
        r = v + w
    return r


print(late(3000))
