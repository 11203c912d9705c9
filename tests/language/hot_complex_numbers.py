"""Complex arithmetic, mixed with ints and floats, in hot loops."""


def julia(n):
    inside = 0
    c = -0.8 + 0.156j
    for y in range(n):
        for x in range(n):
            z = complex(3.0 * x / n - 1.5, 3.0 * y / n - 1.5)
            k = 0
            while abs(z) < 2 and k < 30:
                z = z * z + c
                k += 1
            inside += k
    return inside


def mixed(n):
    z = 0
    for i in range(n):
        z = z + (i if i % 3 == 0 else 0.5 if i % 3 == 1 else 1j)
        if i % 500 == 0:
            z = z.real if isinstance(z, complex) else z
    return z


def roots(n):
    t = 0j
    for i in range(1, n):
        t += (1j ** (i % 4)) / i - (2 - 1j) * (i % 5) / (1 + 1j)
    return f"{t.real:.6f} {t.imag:.6f}", t == t.conjugate().conjugate()


def errors(n):
    bad = 0
    for i in range(n):
        try:
            (1 + 2j) < (i or 1j)
        except TypeError:
            bad += 1
        try:
            1j / (i % 3)
        except ZeroDivisionError:
            bad += 1
    return bad


def keys(n):
    d = {}
    for i in range(n):
        z = complex(i % 5, i % 3)
        d[z] = d.get(z, 0) + 1
        d[i % 5] = 0
    return len(d), d[1 + 1j], d[2]


print(julia(40), mixed(4000), roots(3000), errors(1500), keys(2000))
