"""bool against int in hot loops: identity, arithmetic, bit operations, conditions that change type."""


def sums(n):
    t = 0
    for i in range(n):
        b = i % 3 == 0
        t += b
        t += b * 5 + (not b) + (b and i) + (b or 2)
        t ^= b & (i % 2 == 0)
        t |= b | False
    return t, type(t).__name__


def identity(n):
    t = 0
    x = True
    for i in range(n):
        if x is True:
            t += 1
        elif x == 1:
            t += 100
        elif x is False:
            t += 10000
        elif x is None:
            t -= 1
        x = (True, 1, False, 0, None, 1.0)[i % 6]
    return t


def carried(n):
    flag, n_true = False, 0
    for i in range(n):
        flag = not flag if i % 3 else flag
        n_true += bool(flag)
        if i == n // 2:
            flag = 1
        if i == n // 2 + 50:
            flag = []
    return flag, n_true


def conditions(n):
    values = [0, 1, True, False, None, "", "a", [], [0], 0.0, -0.0, 0.5, (), (0,), {}, 10 ** 20, 0j]
    t = 0
    for i in range(n):
        v = values[i % len(values)] if i < n // 2 else values[i % 3]
        if v:
            t += 1
        while v and t % 7:
            t += 1
        t += 2 if not v else 3
        t += bool(v) is (not not v)
        w = v or "default"
        t += w == "default"
    return t


def keys(n):
    d = {0: "i", 1: "j"}
    for i in range(n):
        d[i % 2 == 0] = i
    return d, [type(k).__name__ for k in d]


def bitwise(n):
    t = 0
    for i in range(n):
        a, b = i % 2 == 0, i % 3 == 0
        r = (a & b, a | b, a ^ b, a & 1, a | 2, ~a, a << 1, -a, +a, a + b, a == b, a < b)
        for k, x in enumerate(r):
            t += (x is True) * k + (type(x) is int) * 10 + x
    return t


def returns(n):
    def is_even(x):
        return x % 2 == 0 if x < 2000 else x % 2

    return sum(is_even(i) for i in range(n)), {type(is_even(i)).__name__ for i in range(n)} == {"bool", "int"}


def compare_none(n):
    best = None
    count = 0
    for i in range(n):
        v = (i * 7919) % 997
        if best is None or v > best:
            best = v
            count += 1
        if i % 1000 == 999:
            best = None
        if best is not None and best != 996:
            count += 1
    return best, count


def index_by_bool(n):
    l, t = [10, 20], 0
    for i in range(n):
        t += l[i % 2 == 0] + "ab"[i > 5].count("b") + (1, 2)[not i]
        l[i % 3 == 0] += 1
    return t, l


print(sums(4000), identity(3000), carried(3000), conditions(3400), keys(2000), bitwise(1500), returns(3000), compare_none(4000), index_by_bool(3000), sep="\n")
