"""Floats: repr, formatting, arithmetic with signed zeros, infinities and nan, rounding, conversion."""
import math
inf, nan = float("inf"), float("nan")
for v in (0.0, -0.0, 1.0, 0.1, 1 / 3, 1e15, 1e16, 1e17, 123456789012345680.0, 1e22, 1e-4, 1e-5, 1.5e300, 5e-324, 1.7976931348623157e308,
          2.0 ** 53, 2.0 ** 63, -2.5, inf, -inf, nan, 1e100, 9.999999999999999e22, 4.35, 0.1 + 0.2, 1e-77, 1e77, 1e-78, 1e78, 3e-308):
    print(repr(v), str(v), f"{v:.3f}" if abs(v) < 1e20 else f"{v:.3e}", f"{v:g}", v.hex())
print([0.0 == -0.0, nan == nan, nan != nan, inf == inf, inf > 1e308, nan < 1, nan > 1, [nan] == [nan], nan in [nan]])
n = nan
print(n is n, [n] == [n], (n,) == (n,), {n: 1}[n], [n].index(n), max(nan, 1), max(1, nan), sorted([3, 1, 2.5]))
print(-0.0, 0.0 * -1, -0.0 + 0.0, -0.0 - 0.0, 0.0 - 0.0, abs(-0.0), round(-0.4), round(-0.4, 1), math.copysign(1, -0.0), str(-0.0), -0.0 < 0.0)
print(5.5 // 2, -5.5 // 2, 5.5 % 2, -5.5 % 2, 5.5 % -2, divmod(-5.5, 2), 1e300 * 1e10, -1e300 * 1e10, inf - inf, 0.0 * inf, inf % 2 if False else "", 3.0 % inf, -3.0 % inf, -0.0 % 5.0, 5.0 % -5.0)
for bad in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "0.0 ** -1", "divmod(1.0, 0)", "float('x')", "float('')", "float([])", "10.0 ** 400", "int(nan)", "round(inf)", "math.sqrt(-1)", "math.log(0)", "1.5 << 1", "'a' * 1.5", "[1][1.0]", "range(1.0)", "float('1_')", "math.floor(inf)", "inf.as_integer_ratio()"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print((-8) ** (1 / 3), (-8.0) ** 2, 2.0 ** -1, 4 ** 0.5, 0.0 ** 0, nan ** 0, 1 ** nan, inf ** -1, (-inf) ** 3)
print([round(v) for v in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675)], round(2.675, 2), round(1234.5678, -2), round(1e20), round(5.5e-5, 5), round(0.5, 0), round(25.0, -1))
print(int(1e18), int(-1.9), float(2 ** 62), float(10 ** 30), float("1e5"), float(" 1.5 "), float("-inf"), float("Infinity"), float("1_000.5"), float("nan"), float(True))
print(1.0 == 1, 1.5 == 1, hash(1.5), hash(0.1), hash(inf), hash(-inf), hash(1e300), hash(-0.0), 0.1 + 0.7, 0.1 * 3, 1e16 + 1, 2.0 ** 0.5)
print((1.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio(), float.fromhex("0x1.8p+1"), (1.5).real, (1.5).conjugate(), float.fromhex("-0x1p-1074"))
print(math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.fmod(-5, 3), math.hypot(3, 4), math.isclose(0.1 + 0.2, 0.3), math.isnan(nan), math.frexp(8.0), math.ldexp(0.5, 4), math.modf(-2.75), math.fsum([0.1] * 10), sum([0.1] * 10))
print(f"{1e6:,.1f} {0.000123:.2e} {123.456:8.2f}| {123.456:<10.1f}| {-1.5:+.0f} {1.5:.0f} {2.5:.0f} {1e-10:.5f} {nan:.2f} {inf:5}| {-inf:08.2f} {0.5:.0%} {1e100:.3g} {100000.0:g} {1000000.0:g} {1.10:n} {3.0:.1f} {12.0:.3} {1e5:.3} {0.1:.17f} {0.1:.30f}")
print("%.3f %5.1f|%-8.2e|%g %G %r %s %+d %e" % (1.5, 2.25, 12345.678, 1e-5, 1e20, 0.1, 1e16, 7.9, 0.0))


def loop():
    total, sign, zero = 0.0, 1.0, 0.0
    for i in range(5000):
        total += sign / (2 * i + 1)
        sign = -sign
        zero = zero * -1.0
    return total * 4, zero


def growth():
    x = 1.0
    steps = 0
    while x != inf:
        x *= 1.5
        steps += 1
    y = 1.0
    down = 0
    while y > 0.0:
        y /= 3.0
        down += 1
    return steps, down, x, y


def nan_loop():
    acc = 0.0
    less = equal = 0
    for i in range(3000):
        v = nan if i % 3 == 0 else float(i)
        if v < 1000:
            less += 1
        if v == v:
            equal += 1
        elif not v >= 0:
            acc += 1
    return less, equal, acc


def mixed():
    x = 0
    for i in range(3000):
        x = x + (i if i % 2 else 0.5)
        if x > 10000:
            x = int(x) % 7
    return x


print(loop(), growth(), nan_loop(), mixed())
c = 1 + 2j
print(c * c, c / (1 - 1j), abs(3 + 4j), c.conjugate(), c ** 2, -c, c == 1 + 2j, complex("1+2j"), complex(1, -0.0), repr(1j), str(-0j), complex(inf, nan), hash(1 + 0j) == hash(1), (1 + 2j).imag, bool(0j))
