"""Comparison: chains, identity, rich comparison fallbacks, reflected operators, hash and eq, truth."""


def side(name, v):
    print(name, end=" ")
    return v


print(side("a", 1) < side("b", 2) < side("c", 3))
print(side("a", 1) < side("b", 0) < side("c", 3))
print(1 < 2 > 1 != 3 in [3], 1 == 1.0 == True, (1 < 2) < 3, 3 > 2 > 1, 1 in [1] == True, not 1 == 2, None is None is not 5)


class L:
    def __init__(self, name):
        self.name = name

    def __lt__(self, o):
        print(f"{self.name}.lt", end=" ")
        return NotImplemented

    def __gt__(self, o):
        print(f"{self.name}.gt", end=" ")
        return "gt result"

    def __eq__(self, o):
        print(f"{self.name}.eq", end=" ")
        return NotImplemented

    def __le__(self, o):
        return NotImplemented


a, b = L("a"), L("b")
print(a < b)
print(a == b, a == a, a != b)
try:
    a <= b
except TypeError as error:
    print(error)
try:
    hash(a)
except TypeError as error:
    print(error)


class Sub(L):
    def __gt__(self, o):
        print(f"{self.name}.subgt", end=" ")
        return "sub"


print(a < Sub("s"), Sub("s") > a)


class Num:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return ("add", o) if isinstance(o, int) else NotImplemented

    def __radd__(self, o):
        return ("radd", o)

    def __iadd__(self, o):
        self.v += o
        return self

    def __mul__(self, o):
        return NotImplemented

    def __rmul__(self, o):
        return ("rmul", o)

    def __matmul__(self, o):
        return "matmul"

    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __pow__(self, o, m=None):
        return ("pow", o, m)

    def __rpow__(self, o):
        return ("rpow", o)

    def __divmod__(self, o):
        return "divmod"

    def __truediv__(self, o):
        return "truediv"

    def __floordiv__(self, o):
        return "floordiv"

    def __mod__(self, o):
        return "mod"

    def __lshift__(self, o):
        return "lshift"

    def __rrshift__(self, o):
        return "rrshift"

    def __and__(self, o):
        return "and"

    def __ror__(self, o):
        return "ror"

    def __xor__(self, o):
        return "xor"

    def __round__(self, n=None):
        return ("round", n)

    def __int__(self):
        return 7

    def __float__(self):
        return 7.5

    def __complex__(self):
        return 7j

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"


n = Num(1)
print(n + 1, 1 + n, n + "x" if False else "", "x" + n if False else "", n @ n, -n, +n, ~n, abs(n), n ** 2, pow(n, 2, 3), 2 ** n, divmod(n, 1), n / 1, n // 1, n % 1, n << 1, 1 >> n, n & 1, 1 | n, n ^ 1, round(n), round(n, 2), int(n), float(n), complex(n))
try:
    n + "x"
except TypeError as error:
    print(error)
print(5 * n)
try:
    n * 5
except TypeError as error:
    print(error)
n += 5
print(n.v)


class SubNum(Num):
    def __radd__(self, o):
        return "sub radd"


print(Num(1) + SubNum(2), SubNum(2) + 1, SubNum(1) + SubNum(2) if False else "")
for expression in ("1 + 'a'", "'a' + 1", "[] + ()", "1 < 'a'", "{} < {}", "None < None", "1j < 2j", "-'a'", "~1.5", "[] - []", "not_a_name", "'a' % 1 if False else 1 @ 2", "1 in 5", "'a' in 5", "1 in 'abc'", "[] * []", "(1,) + [2]", "5 // 'a'", "2 ** 'a'", "1 << 1.0", "1 & 1.0", "print < 5", "int < str", "object() < object()", "len + 1", "+None", "abs('a')", "divmod(1, 'a')", "round('a')"):
    try:
        print(expression, "->", eval(expression))
    except (TypeError, NameError) as error:
        print(expression, "->", error)


class Truth:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return self.v


class Len:
    def __len__(self):
        return 0


class BadBool:
    def __bool__(self):
        return 1


class BadLen:
    def __len__(self):
        return -1


print(bool(Truth(False)), not Truth(True), bool(Len()), bool(object()), [bool(v) for v in (0, 1, -1, 0.0, -0.0, 0j, "", "a", [], [0], (), {}, set(), None, ..., NotImplemented if False else 1, range(0), range(1), b"", float("nan"))])
for bad in (BadBool, BadLen):
    try:
        if bad():
            pass
    except (TypeError, ValueError) as error:
        print(error)
print(0 or "x", 1 and "y", 0 and 1, "" or [] or "last", 1 and 2 and 3, None or 0, not None, [] and 1, Truth(False) or "alt", (Truth(True) and "and"))


class HashEq:
    def __init__(self, k):
        self.k = k

    def __eq__(self, o):
        return isinstance(o, HashEq) and self.k == o.k

    def __hash__(self):
        return hash(self.k)


print(len({HashEq(1), HashEq(1), HashEq(2)}), HashEq(1) in [HashEq(1)], {HashEq("a"): 5}[HashEq("a")], HashEq(1) != HashEq(2), [HashEq(1)].index(HashEq(1)), [HashEq(3)] == [HashEq(3)], (HashEq(1),) < (HashEq(1), 2))


class EqOnly:
    def __eq__(self, o):
        return True


try:
    {EqOnly()}
except TypeError as error:
    print(error)
print(EqOnly() == 5, 5 == EqOnly(), EqOnly() != 5, [1, 2] == [1, 2.0], (1, 2) == [1, 2], "1" == 1, b"a" == "a", 1 == 1 + 0j, {1: 2} == {1.0: 2.0}, frozenset([1]) == {1}, range(2) == [0, 1], None == 0, float("nan") != float("nan"))


class InPlace:
    def __init__(self):
        self.items = []

    def __iadd__(self, o):
        self.items.append(o)
        return self

    def __imul__(self, o):
        return "replaced"

    def __isub__(self, o):
        return NotImplemented

    def __sub__(self, o):
        return "fallback"


p = q = InPlace()
p += 1
p += [2]
print(p is q, p.items)
p -= 1
print(p)
q *= 3
print(q)
t = ([1],)
try:
    t[0] += [2]
except TypeError as error:
    print(error, t)
print(1 if [] else 2, (1, 2) < (1, 2, 3), "a" < "b" < "c", [1, [2, 3]] < [1, [2, 4]], max([1, 2], [1, 3]), (1, "a") == (1, "a"))


def hot():
    c = 0
    for i in range(3000):
        if 10 < i % 100 <= 50:
            c += 1
        if i % 2 == 0 != i % 3:
            c += 2
        if (i % 5 and i % 7) or i % 11 == 0:
            c += 3
    return c


print(hot())
