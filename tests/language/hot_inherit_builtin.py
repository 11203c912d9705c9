"""Subclasses of int, float, str, list, dict, tuple and set with overridden methods in hot loops."""


class I(int):
    def __add__(self, o):
        return I(int(self) + int(o) + 1)

    def __lt__(self, o):
        return int(self) < int(o) - 1


class F(float):
    def __mul__(self, o):
        return F(float(self) * float(o) / 2)


class Str(str):
    def __len__(self):
        return 99

    def __getitem__(self, i):
        return "?"


class L(list):
    def __getitem__(self, i):
        return super().__getitem__(i) * 10

    def append(self, v):
        super().append(v + 1)


class D(dict):
    def __getitem__(self, k):
        return 5

    def __missing__(self, k):
        return -1


class D2(dict):
    def __missing__(self, k):
        return k * 2


class T(tuple):
    def __iter__(self):
        return iter((1, 2))


class S(set):
    def __contains__(self, x):
        return x == 3


def numbers(n):
    a, b, t = I(0), 0, 0
    f = F(3.0)
    for i in range(n):
        a = a + 1
        b = b + (I(i) if i % 100 == 0 else i)
        if a < i * 2 + 2:
            t += 1
        f = f * 2
        t += I(i) * 2 + (I(3) == 3) + hash(I(i)) % 5
    return a, type(a).__name__, b, type(b).__name__, f, type(f).__name__, t


def containers(n):
    plain, l = [1, 2, 3], L([1, 2, 3])
    d, e, d2 = {1: 1}, D({1: 1}), D2({1: 1})
    t = 0
    for i in range(n):
        x = l if i % 10 == 0 else plain
        t += x[i % 3] + len(x)
        y = (d, e, d2)[i % 3]
        t += y[1]
        t += d2[i] + len(d2) + e.get(1)
        if i % 500 == 0:
            l.append(i)
            plain.append(i)
    return t, list(l)[-2:], plain[-2:], len(d2)


def texts(n):
    s, t = Str("abc"), 0
    for i in range(n):
        x = s if i % 7 == 0 else "abc"
        t += len(x) + (x[0] == "?") + (x == "abc") + hash(x == "abc")
        t += len(x + "d")
    return t


def others(n):
    t = 0
    a, b = T((7, 8, 9)), S({1})
    for i in range(n):
        x, y = a
        t += x + y + a[0] + len(a) + (3 in b) + (1 in b) + sum(a)
        for z in a:
            t += z
    return t


def becomes_subclass(n):
    v, t = 0, 0
    for i in range(n):
        v = v + 1
        if i == n // 2:
            v = I(v)
        t += v if v < n else 0
    return v, type(v).__name__, t


def bool_of(n):
    class B(int):
        def __bool__(self):
            return False

    class E(list):
        def __len__(self):
            return 1

    t = 0
    for i in range(n):
        x = (1, B(1), [], E(), 0)[i % 5]
        if x:
            t += i % 5 + 1
    return t


print(numbers(2500), containers(3000), texts(3000), others(2000), becomes_subclass(3000), bool_of(3000), sep="\n")
