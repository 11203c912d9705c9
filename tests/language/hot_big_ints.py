"""Loops that stay in big integers: sums, products, shifts, comparison, conversion, modular powers."""


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a.bit_length(), a % 1000000007


def sums(n):
    t = 1 << 100
    down = 0
    for i in range(n):
        t += i << (i % 90)
        t -= 1 << 80
        if t < 0:
            t = -t
            down += 1
    return t, down


def newton_sqrt(k):
    x = k
    steps = 0
    while True:
        y = (x + k // x) >> 1
        if y >= x:
            return x, steps
        x = y
        steps += 1


def gcds(n):
    t = 0
    for i in range(1, n):
        a, b = 3 ** (i % 60) << (i % 50), 2 ** (i % 70) * 9 ** (i % 20)
        while b:
            a, b = b, a % b
        t ^= a
    return t


def modpow(n):
    p = (1 << 127) - 1
    x = 3
    for i in range(n):
        x = x * x % p
        if x & 1:
            x += p
    return x


def compare(n):
    c = [0] * 6
    base = 1 << 64
    for i in range(n):
        a, b = base + i, base + (i * i) % n
        c[0] += a < b
        c[1] += a == b
        c[2] += a > b
        c[3] += a > 1.8446744073709552e19
        c[4] += a == float(a)
        c[5] += -a < i
    return c


def texts(n):
    t = 0
    for i in range(n):
        x = 7 ** (i % 150)
        t += len(str(x)) + len(hex(x)) + (int(str(x)) == x) + len(f"{x:,}") + int(str(x)[-1])
    return t


def bits(n):
    t = 0
    x = (1 << 200) // 3
    for i in range(n):
        t += (x >> (i % 200)) & 1
        t += (x & (x >> 1)).bit_count() if i % 100 == 0 else 0
        x ^= 1 << (i % 210)
    return t, x


def bytes_round(n):
    t = 0
    for i in range(n):
        x = (i * 0x123456789ABCDEF0FEDCBA) ** 2
        b = x.to_bytes(40, "big")
        t += int.from_bytes(b, "big") == x
        t += b[-1]
    return t


def divmods(n):
    t = 0
    x = 10 ** 60
    for i in range(1, n):
        q, r = divmod(x + i, 10 ** (i % 30) + i)
        t ^= q ^ r
        t += -x // (i << 40) + -x % (i << 70)
    return t % (1 << 89)


def crossing(n):
    """Values go in and out of the small range in every iteration."""
    t = 0
    x = (1 << 62) - 1
    for i in range(n):
        y = x + (i & 1)
        z = y - x
        t += z
        w = x * (i % 3 - 1)
        t += (w > 0) - (w < 0)
        x = y * 2 - y - (i & 1)
    return t, x


def polynomial(n):
    t = 0
    for i in range(n):
        acc = 0
        for c in (3, 1, 4, 1, 5, 9, 2, 6):
            acc = acc * (i << 20) + c
        t = (t + acc) & ((1 << 150) - 1)
    return t


print(fibonacci(3000), sums(3000), newton_sqrt(10 ** 80), gcds(400), modpow(2000), compare(3000), texts(800), bits(3000), bytes_round(1500), divmods(1500), crossing(4000), polynomial(1000), sep="\n")
