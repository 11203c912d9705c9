"""Guards that fail inside inlined callees, several frames deep, at chosen iterations."""


def leaf(x, k):
    if x == k:
        return "special"
    return x * 2


def middle(x, k, flag):
    a = leaf(x, k)
    b = leaf(x + 1, k)
    if flag and type(a) is int and type(b) is int:
        return a + b
    return 1


def top(x, k):
    t = middle(x, k, x % 2)
    u = middle(x + 10, k, True)
    return t - u if type(t) is int else 0


def run(k, n=4000):
    total = 0
    for i in range(n):
        local = i * 3
        total += top(i, k) + local
    return total, local, i


print(run(-1), run(3000), run(3999), run(0), run(1234), run(4015))


class P:
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v

    def nested(self, other):
        return self.get() + other.get() * (self.get() - other.get())


def objects(n):
    ps = [P(i) for i in range(5)]
    total = 0
    for i in range(n):
        if i == n // 2:
            ps[2].v = 2.5
        if i == n // 2 + 7:
            ps[3] = P("s" if False else 10 ** 20)
        total += ps[i % 5].nested(ps[(i * 3) % 5])
    return total


def closure_callee(n):
    seen = []

    def inner(x):
        if x % 997 == 996:
            seen.append(x)
            return None
        return x

    total = 0
    for i in range(n):
        r = inner(i)
        if r is not None:
            total += r
    return total, seen


def many_locals(n):
    a, b, c, d, e, f = 1, 2.0, "3", [4], (5,), None
    for i in range(n):
        a += i
        b *= 1.0001
        c = c[-3:] + "x"
        d = [d[0] + 1]
        e = (e[0], i)
        f = f if i < 3500 else i
        if i == 3777:
            return leaf(a, b), c, d, e, f
    return "never"


print(objects(5000), closure_callee(5000), many_locals(5000))


def deep(a, n):
    return a + n if n == 0 else deep(a, n - 1) + (1 if a != 2500 else 1.5)


def deep_run():
    t = 0
    for i in range(3000):
        t += deep(i, 6)
    return t


print(deep_run())
