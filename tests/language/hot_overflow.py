"""Ints grow out of 62, 63 and 64 bits while a loop is hot, and shrink back."""


def grow(start, factor, n):
    x, log = start, []
    for i in range(n):
        x = x * factor + i
        if x > 1 << 80:
            log.append(x)
            x = x % 1000003
    return x, len(log), sum(log) % 1000000007


def up_down(limit):
    x, d, turns, check = 0, 1 << 50, 0, 0
    for i in range(12000):
        x += d
        if x > limit or x < -limit:
            d = -d
            turns += 1
        check = (check * 7 + x) % 1000003
    return x, turns, check


def add_edge(edge):
    x = edge - 2000
    for i in range(4000):
        x += 1
    y = -edge + 2000
    for i in range(4000):
        y -= 1
    return x - edge, y + edge, x, y


def mul_edge():
    out = 0
    for i in range(5000):
        a = 3037000499 + i - 2500
        p = a * a
        out ^= p
        out ^= a * -a
    return out


def shifts():
    out = 0
    for i in range(4000):
        out += 1 << (i % 70)
        out ^= -1 << (i % 66)
        out -= (out >> (i % 65))
    return out


def factorial_mod():
    r, acc = 1, 0
    for i in range(1, 2500):
        r *= i
        if r.bit_length() > 200:
            acc ^= r
            r = r >> 150
    return acc % (10 ** 18), r


def negate_edges():
    out = []
    x = -(1 << 62)
    for i in range(3000):
        y = -x
        z = abs(x)
        if i % 1000 == 0:
            out.append((y, z, x // -1, ~x))
        x += 1 if i % 2 else -1
    return out


def power(n):
    total = 0
    for i in range(n):
        total += (i % 9) ** (i % 25)
    return total


print(grow(1, 3, 5000), grow(7, 1 << 31, 3000), grow(-5, 2, 3000))
for bits in (61, 62, 63, 64):
    print(up_down(1 << bits), add_edge(1 << bits))
print(mul_edge(), shifts(), factorial_mod(), negate_edges(), power(3000))


def division():
    out = 0
    for i in range(-2000, 2000):
        if i:
            out += 1000003 // i + 1000003 % i * 3 + (-1000003) // i - (-7) % i
            q, r = divmod(i * i * i, 17 - (i & 31) or 5)
            out += q * 2 + r
    return out


print(division())
