"""Matrix product on lists of lists of floats, written with explicit indices.

Measures triple loops with two levels of subscripts and a float accumulator.
"""
# test-size: 60
import sys

DEFAULT = 330


def make(n, seed):
    scale = 1.0 / n / n
    return [[scale * (i - j) * (i + j + seed) for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    m = len(b[0])
    inner = len(b)
    c = [[0.0] * m for _ in range(n)]
    for i in range(n):
        row = a[i]
        out = c[i]
        for j in range(m):
            total = 0.0
            for k in range(inner):
                total += row[k] * b[k][j]
            out[j] = total
    return c


def main(n):
    a = make(n, 1)
    b = make(n, 2)
    c = multiply(a, b)
    half = n // 2
    print(repr(c[half][half]))
    print(repr(c[0][n - 1]), repr(c[n - 1][0]))
    trace = 0.0
    for i in range(n):
        trace += c[i][i]
    print(repr(trace))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
