"""Integer arithmetic at the boundaries of 62, 63 and 64 bits, and big integers."""
edges = [0, 1, 2, 3, 7]
for bits in (15, 30, 31, 32, 53, 60, 61, 62, 63, 64, 65, 127, 128):
    edges += [(1 << bits) - 1, 1 << bits, (1 << bits) + 1]
edges += [-e for e in edges[1:]]
check = 0


def mix(value):
    global check
    check = (check * 1000003 + hash(value)) % (2 ** 61 - 1)


for a in edges:
    for v in (-a, ~a, +a, abs(a), a.bit_length(), a.bit_count(), int(str(a)), bool(a), a * a, a ** 3):
        mix(v)
    for b in edges:
        mix(a + b)
        mix(a - b)
        mix(a * b)
        mix(a & b)
        mix(a | b)
        mix(a ^ b)
        mix((a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a != b) + 16 * (a > b))
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (0 <= r < b or b < r <= 0)
            mix(q)
            mix(r)
            mix(a // b)
            mix(a % b)
    for s in (0, 1, 5, 31, 32, 61, 62, 63, 64, 65, 100):
        mix(a << s)
        mix(a >> s)
print(check)
print([7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3])
print(divmod(-1, 2 ** 64), divmod(2 ** 64, -3), -2 ** 63 // -1, (-2 ** 62) // -1, -2 ** 63 % -1)
print(2 ** 62 - 1 + 1, -2 ** 62 - 1, 2 ** 63 - 1 + 1, 4611686018427387903 + 1, 4611686018427387904 - 1)
print(2 ** 31 * 2 ** 31, 2 ** 32 * 2 ** 32, 3037000500 * 3037000500, -3037000500 * 3037000500, 2147483648 * -2147483648 * 2)
print(1 << 62, 1 << 63, 1 << 64, -1 << 63, -1 << 62, 5 >> 100, -5 >> 100, -1 >> 1, (1 << 100) >> 99, -(1 << 100) >> 99)
for bad in ("1 << -1", "1 >> -1", "1 // 0", "1 % 0", "divmod(1, 0)", "0 ** -1", "pow(2, -1, 4)", "pow(2, 3, 0)", "1 << (1 << 100)",
            "int('1_')", "int('0x10')", "int('')", "int(None)", "int('z', 40)", "int(float('nan'))", "int(float('inf'))", "1 + '1'", "10 ** 5000 and str(10 ** 5000)"):
    try:
        print(bad, eval(bad))
    except (ValueError, ZeroDivisionError, TypeError, OverflowError) as error:
        print(bad, "->", type(error).__name__, error)
print(2 ** -1, 2 ** 0.5, (-8) ** 2, (-2) ** 63, (-2) ** 64, 0 ** 0, 3 ** 40, 3 ** 100, pow(3, 1000, 10 ** 9 + 7), pow(3, -1, 7), pow(-3, 5, 7))
print(int("12_345"), int(" -7 "), int("ff", 16), int("0b101", 0), int("0o17", 0), int("z", 36), int(3.9), int(-3.9), int(1e20), int("٣"))
print(10 ** 20, -10 ** 20, 10 ** 40 // 10 ** 20, 10 ** 40 % (10 ** 20 + 1), (10 ** 30 + 1) * (10 ** 30 - 1))
print(hex(255), hex(-2 ** 64), oct(8), bin(-5), hex(2 ** 100), f"{2 ** 70:x}", f"{-2 ** 70:,}")
print((255).to_bytes(2, "big"), (-1).to_bytes(3, "little", signed=True), int.from_bytes(b"\xff\x00", "little"), int.from_bytes(b"\xff", signed=True), (2 ** 70).to_bytes(9, "big"))
print((10).as_integer_ratio(), (5).real, (5).imag, (5).numerator, (5).conjugate(), (7).is_integer(), round(1234, -2), round(1250, -2), round(1350, -2), round(-15, -1))
print(7 / 2, 2 ** 63 / 2 ** 62, 10 ** 400 / 10 ** 399, 1 / 3, -1 / 3, 2 ** 53 + 1.0, (2 ** 53 + 1) / 1)
try:
    10 ** 400 / 3
except OverflowError as error:
    print(error)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
print(2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53 + 1, 2 ** 64 < 1.9e19, 2 ** 64 > 1.8e19, 10 ** 400 > 1e308, 10 ** 400 < float("inf"))
print(hash(2 ** 61 - 1), hash(2 ** 61), hash(-1), hash(-2), hash(2 ** 64), hash(1.0) == hash(1), hash(2.0 ** 70) == hash(2 ** 70))
print(True + True, True * 5, -True, ~5, True & False, True | 2, True ^ True, type(True & True).__name__, type(True + 0).__name__)


def fact(n):
    r = 1
    for i in range(2, n + 1):
        r *= i
    return r


def growing():
    out = []
    x = 1
    for i in range(140):
        x = x * 3 + i
        if i % 20 == 0:
            out.append(x)
    while x > 1:
        x //= 7
        if x % 5 == 0:
            out.append(x)
    return len(out), out[:12], out[-3:]


print(fact(25), fact(21), fact(20), growing())


def counter_overflow():
    x = 2 ** 62 - 1500
    y = -2 ** 62 + 1500
    for i in range(3000):
        x += 1
        y -= 1
    return x, y, x - 2 ** 62, y + 2 ** 62


print(counter_overflow())


def shift_loop():
    x = 1
    out = 0
    for i in range(200):
        x <<= 1
        out ^= x
    for i in range(150):
        x >>= 1
        out += x
    return out


print(shift_loop())
s = str(3 ** 5000 % 10 ** 3000)
print(len(s), s[:10], s[-10:], int(s) == 3 ** 5000 % 10 ** 3000)
big = 7 ** 700
print((big * big - 1) // (big - 1) == big + 1, big % 97, (-big) % 97, -big // 97 + big // 97, (big >> 1900) & 0xFF, big.bit_length(), (big ^ -big) < 0)
import math
print(math.isqrt(10 ** 40), math.gcd(2 ** 80, 6 ** 50), math.lcm(12, 18), math.factorial(22), math.comb(60, 30), math.prod(range(1, 25)))
