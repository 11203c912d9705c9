"""Interpreters over class hierarchies: expression trees evaluated, differentiated, printed.

Measures polymorphic method calls (eight classes at one call site), tuples, class
attributes, `isinstance` chains and `match` on classes.
"""
# test-size: 400
import sys

DEFAULT = 80000


class Expr:
    __match_args__ = ()
    level = 9

    def __add__(self, other):
        return Add(self, other)

    def __mul__(self, other):
        return Mul(self, other)

    def __sub__(self, other):
        return Sub(self, other)


class Num(Expr):
    __match_args__ = ("value",)

    def __init__(self, value):
        self.value = value

    def eval(self, x):
        return self.value

    def derive(self):
        return Num(0)

    def show(self):
        return str(self.value)


class Var(Expr):
    def eval(self, x):
        return x

    def derive(self):
        return Num(1)

    def show(self):
        return "x"


class Binary(Expr):
    __match_args__ = ("a", "b")
    sign = "?"

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def show(self):
        return f"({self.a.show()} {self.sign} {self.b.show()})"


class Add(Binary):
    sign = "+"

    def eval(self, x):
        return self.a.eval(x) + self.b.eval(x)

    def derive(self):
        return Add(self.a.derive(), self.b.derive())


class Sub(Binary):
    sign = "-"

    def eval(self, x):
        return self.a.eval(x) - self.b.eval(x)

    def derive(self):
        return Sub(self.a.derive(), self.b.derive())


class Mul(Binary):
    sign = "*"

    def eval(self, x):
        return self.a.eval(x) * self.b.eval(x) % 1000003

    def derive(self):
        return Add(Mul(self.a.derive(), self.b), Mul(self.a, self.b.derive()))


class Power(Expr):
    __match_args__ = ("base", "exponent")

    def __init__(self, base, exponent):
        self.base = base
        self.exponent = exponent

    def eval(self, x):
        result = 1
        value = self.base.eval(x)
        for _ in range(self.exponent):
            result = result * value % 1000003
        return result

    def derive(self):
        return Mul(Mul(Num(self.exponent), Power(self.base, self.exponent - 1)), self.base.derive())

    def show(self):
        return f"{self.base.show()}^{self.exponent}"


class Neg(Expr):
    __match_args__ = ("a",)

    def __init__(self, a):
        self.a = a

    def eval(self, x):
        return -self.a.eval(x)

    def derive(self):
        return Neg(self.a.derive())

    def show(self):
        return f"-{self.a.show()}"


def simplify(e):
    match e:
        case Binary(a, b):
            e = type(e)(simplify(a), simplify(b))
        case Power(base, exponent):
            e = Power(simplify(base), exponent)
        case Neg(a):
            e = Neg(simplify(a))
    match e:
        case Add(Num(0), other) | Add(other, Num(0)) | Sub(other, Num(0)):
            return other
        case Mul(Num(0), _) | Mul(_, Num(0)):
            return Num(0)
        case Mul(Num(1), other) | Mul(other, Num(1)):
            return other
        case Add(Num(a), Num(b)):
            return Num(a + b)
        case Mul(Num(a), Num(b)):
            return Num(a * b)
        case Power(base, 1):
            return base
        case Power(_, 0):
            return Num(1)
        case Neg(Neg(a)):
            return a
    return e


def size(e):
    if isinstance(e, Binary):
        return 1 + size(e.a) + size(e.b)
    if isinstance(e, Power):
        return 2 + size(e.base)
    if isinstance(e, Neg):
        return 1 + size(e.a)
    return 1


def build(seed, depth):
    state = seed

    def pick(limit):
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return (state >> 10) % limit

    def grow(level):
        if level == 0:
            return Var() if pick(2) else Num(pick(10))
        kind = pick(6)
        if kind == 4:
            return Power(grow(level - 1), 1 + pick(3))
        if kind == 5:
            return Neg(grow(level - 1))
        a, b = grow(level - 1), grow(level - 1)
        return (a + b, a * b, a - b, b * a)[kind]

    return grow(depth)


def main(n):
    trees = [build(seed, 5) for seed in range(1, 9)]
    derived = [tree.derive() for tree in trees]
    simple = [simplify(tree) for tree in derived]
    for a, b, c in zip(trees[:4], derived, simple):
        print(size(a), size(b), size(c), c.show()[:50])
    total = 0
    different = 0
    for x in range(n // 10 + 2):
        for tree, deriv, small in zip(trees, derived, simple):
            total += tree.eval(x)
            a = deriv.eval(x)
            if a % 1000003 != small.eval(x) % 1000003:
                different += 1
            total = (total * 3 + a) % 1000000007
    print(total, different)
    shapes = {}
    for seed in range(n // 20 + 1):
        e = simplify(build(seed, 4).derive())
        key = (type(e).__name__, size(e) // 10)
        shapes[key] = shapes.get(key, 0) + 1
    print(sorted(shapes.items())[:6], len(shapes))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
