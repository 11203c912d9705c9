"""The same loop entered with other types, from other callers, early left, and by OSR in the module body."""


def loop(x, n):
    t = x
    for i in range(n):
        t = t + x
    return t


for x in (1, 0.5, 2 ** 61, "a", [1], (2,), True, 1j, 10 ** 20):
    r = loop(x, 1200)
    print(type(r).__name__, r if isinstance(r, (int, float, complex)) else len(r))


def while_loop(a, b, limit):
    n = 0
    while a < limit:
        a, b = a + b, b
        n += 1
    return n, a


print([while_loop(*args) for args in ((0, 1, 3000), (0.0, 0.5, 900), (0, 0.25, 700), (-(2 ** 62), 2 ** 50, 2 ** 62), (2 ** 64, 2 ** 55, 2 ** 66))])


def early(data, wanted):
    for i, v in enumerate(data):
        if v == wanted:
            return i
    else:
        return -1


ints, texts, floats = list(range(2000)), [str(i) for i in range(2000)], [i / 2 for i in range(2000)]
print([early(d, w) for d, w in ((ints, 1999), (ints, 5), (texts, "1500"), (texts, 3), (floats, 700), (floats, None), (ints, 3.0), (ints, -1))])
total = 0
for i in range(2000):
    total += early(ints, i % 50)
print(total)


def zero_or_one(n):
    t = 0
    for k in range(n):
        for j in range(k % 2):
            t += k
    return t


def big_then_small():
    return [sum(j for j in range(k)) for k in (5000, 0, 1, 2, 3000, 5)]


def reentrant(n, level=0):
    t = 0
    for i in range(n):
        t += i
        if level < 2 and i % 400 == 399:
            t += reentrant(n // 2, level + 1)
    return t


def called_from_both(n):
    def step(v):
        s = 0
        for q in range(8):
            s += v * q
        return s

    a = sum(step(i) for i in range(n))
    b = sum(step(i / 2) for i in range(n))
    c = [step(i) for i in ("x" * 0 or 1, True, 2 ** 61)]
    return a, b, c


print(zero_or_one(4000), big_then_small(), reentrant(1500), called_from_both(500))
n = 0
s = ""
f = 1.0
while n < 4000:
    n += 1
    f = f * 1.001 if n % 2 else f / 1.001
    if n % 500 == 0:
        s += f"{n};"
    if n == 3000:
        n = 3000.5
print(n, s, f"{f:.9f}")
for outer in range(5):
    for inner in range(outer * 300):
        if inner == 1000:
            break
    else:
        print("complete", outer)
print(outer, inner)


def none_results(n):
    d, t = {"a": 1}, 0
    for i in range(n):
        v = d.get("a" if i % 3 else "b")
        if v is None:
            t += 10
        else:
            t += v
        if i == 2000:
            d["b"] = 0.5
    return t


print(none_results(3000))
