"""Float loops through small function calls: spectral norm of an infinite matrix.

Power iteration with the matrix given by a function of its indices; measures calls
with int arguments, int-to-float division and sums over lists of floats.
"""
# test-size: 60
import sys

DEFAULT = 500


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    n = len(vector)
    result = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += element(i, j) * vector[j]
        result.append(total)
    return result


def times_transposed(vector):
    n = len(vector)
    result = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += element(j, i) * vector[j]
        result.append(total)
    return result


def main(n):
    u = [1.0] * n
    v = u
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    uv = vv = total = 0.0
    for a, b in zip(u, v):
        uv += a * b
        vv += b * b
        total += a
    print(f"{(uv / vv) ** 0.5:.9f}")
    print(repr(total))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
