"""Dense linear algebra: LU decomposition with partial pivoting and back substitution.

Measures triangular loops (the inner trip count shrinks), row swaps in a list of
lists and float multiply-subtract through two row aliases.
"""
# test-size: 90
import sys

DEFAULT = 430


def matrix(n):
    state = 12345
    rows = []
    for _ in range(n):
        row = []
        for _ in range(n):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            row.append(state / 0x7FFFFFFF - 0.5)
        rows.append(row)
    return rows


def decompose(a):
    """Factor `a` in place; returns the row permutation and its sign."""
    n = len(a)
    order = list(range(n))
    sign = 1
    for k in range(n):
        pivot = k
        best = abs(a[k][k])
        for i in range(k + 1, n):
            size = abs(a[i][k])
            if size > best:
                best = size
                pivot = i
        if pivot != k:
            a[k], a[pivot] = a[pivot], a[k]
            order[k], order[pivot] = order[pivot], order[k]
            sign = -sign
        top = a[k]
        inverse = 1.0 / top[k]
        for i in range(k + 1, n):
            row = a[i]
            factor = row[k] * inverse
            row[k] = factor
            for j in range(k + 1, n):
                row[j] -= factor * top[j]
    return order, sign


def solve(lu, order, b):
    n = len(lu)
    x = [b[i] for i in order]
    for i in range(n):
        row = lu[i]
        total = x[i]
        for j in range(i):
            total -= row[j] * x[j]
        x[i] = total
    for i in range(n - 1, -1, -1):
        row = lu[i]
        total = x[i]
        for j in range(i + 1, n):
            total -= row[j] * x[j]
        x[i] = total / row[i]
    return x


def main(n):
    original = matrix(n)
    lu = [row[:] for row in original]
    order, sign = decompose(lu)
    exponent = 0
    mantissa = float(sign)
    for i in range(n):
        mantissa *= lu[i][i]
        while abs(mantissa) < 1.0:
            mantissa *= 10.0
            exponent -= 1
        while abs(mantissa) >= 10.0:
            mantissa /= 10.0
            exponent += 1
    print(f"{mantissa:.8f}e{exponent}")
    b = [float(i % 7) for i in range(n)]
    x = solve(lu, order, b)
    residual = 0.0
    for row, want in zip(original, b):
        got = 0.0
        for a, value in zip(row, x):
            got += a * value
        residual = max(residual, abs(got - want))
    print(residual < 1e-8, f"{sum(x):.6f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
