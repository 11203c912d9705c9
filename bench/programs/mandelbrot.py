"""A pure float loop with an early exit: the Mandelbrot set.

Counts iterations of every point of an n by n grid; measures unboxed floats and
compares carried round an inner loop whose trip count varies widely.
"""
# test-size: 64
import sys

DEFAULT = 700
LIMIT = 100


def main(n):
    inside = 0
    total = 0
    check = 0
    for row in range(n):
        ci = 2.4 * row / n - 1.2
        for column in range(n):
            cr = 3.0 * column / n - 2.1
            zr = zi = 0.0
            zr2 = zi2 = 0.0
            count = 0
            while count < LIMIT and zr2 + zi2 <= 4.0:
                zi = 2.0 * zr * zi + ci
                zr = zr2 - zi2 + cr
                zr2 = zr * zr
                zi2 = zi * zi
                count += 1
            total += count
            check = (check * 31 + count) % 1000000007
            if count == LIMIT:
                inside += 1
    print(inside, total, check)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
