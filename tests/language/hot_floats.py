"""Float loops meeting nan, infinities, signed zero, tiny and huge values, ints and comparisons."""
inf, nan = float("inf"), float("nan")


def meet(values, n):
    less = eq = total = 0
    for i in range(n):
        v = values[i % len(values)]
        if v < 1.5:
            less += 1
        if v == 0:
            eq += 1
        if not v >= 0:
            total += 1
        if v != v:
            total += 100
        if v:
            total += 10000
    return less, eq, total


def signed_zero(n):
    z, minus = 0.0, 0
    for i in range(n):
        z = -z
        if str(z) == "-0.0":
            minus += 1
        z = z * 1.0
    w = -0.0
    for i in range(n):
        w = w + -0.0
    u = 0.0
    for i in range(n):
        u = -0.0 - u if i % 2 else u - 0.0
    return minus, w, u, 0.0 * -1.0


def shrink(n):
    x, log = 1.0, []
    for i in range(n):
        x *= 0.5
        if x == 0.0:
            log.append(i)
            x = 1e308
        if i % 400 == 0:
            log.append(x)
    return log


def explode(n):
    x, count = 1.0, 0
    for i in range(n):
        x = x * -1.7
        if x == inf or x == -inf:
            count += 1
            x = 1.0 / x
            if x == 0.0:
                x = 1e-300
    return x, count


def int_float_mix(n):
    a, b = 0, 0.0
    for i in range(n):
        b += i
        a += int(b) % 3
        if a == b:
            a += 1
        b = b - a if i % 2 else b * 0.99
        if i > b:
            b += 0.25
    return a, b


def division(n):
    t = 0.0
    zeros = 0
    for i in range(n):
        try:
            t += 1.0 / (i % 100 - 50)
            t += i / (i % 7 - 3)
        except ZeroDivisionError:
            zeros += 1
    return t, zeros


def floor_mod(n):
    t = 0.0
    for i in range(n):
        x = (i - n / 2) / 7
        t += x // 1.5 + x % 1.5 - x % -2.5
    return t


def powers(n):
    t = 0.0
    bad = 0
    for i in range(n):
        t += (i % 10) ** 0.5 + 1.5 ** (i % 20) + 2.0 ** -(i % 30)
        if isinstance((-8) ** (1 / 3 if i % 500 == 0 else 2), complex):
            bad += 1
    return t, bad


def conversions(n):
    t = 0
    for i in range(n):
        f = i * 1.37
        t += int(f) + round(f) + int(-f) + (f == int(f)) + bool(f)
        t += hash(float(i)) == hash(i)
    return t


def huge_ints(n):
    t = 0.0
    wrong = 0
    for i in range(n):
        k = (1 << 53) + i
        t += k
        if float(k) == k:
            wrong += 1
        if k > 9007199254741000.0:
            wrong += 1000
    return t, wrong


def minmax(n):
    lo, hi = inf, -inf
    for i in range(n):
        v = ((i * 7919) % 1013) / 3 if i != 2000 else nan
        lo = min(lo, v)
        hi = max(hi, v)
        hi = v if v > hi else hi
    return lo, hi


def flonum_edges(n):
    out = 0
    x = 1e-80
    for i in range(n):
        x *= 1.5
        if x > 1e80:
            x = 1e-80
            out += 1
        y = -x
        if y + x != 0.0:
            out += 1000
    return out, x, y


def math_calls(n):
    import math

    t = 0.0
    errors = 0
    for i in range(n):
        try:
            t += math.sqrt(i - 5 if i % 1000 == 0 and i < 1 else i) + math.sin(i) * math.cos(i) + math.floor(i / 3) + math.log(i)
        except ValueError:
            errors += 1
    return f"{t:.6f}", errors


def late_int(n):
    x = 0.5
    for i in range(n):
        x = x + 0.5 if i != n - 7 else 3
    return x, type(x).__name__


vals = [1.0, -2.5, 0.0, -0.0, nan, inf, -inf, 1e-320, 1e300]
print(meet(vals, 4000), meet([1, 0.0, True, nan], 3000), signed_zero(3001), shrink(3000), explode(5000), int_float_mix(4000), division(3000), floor_mod(3000), powers(3000), conversions(3000), huge_ints(3000), minmax(3000), flonum_edges(4000), math_calls(2500), late_int(3000), sep="\n")
