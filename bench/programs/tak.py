"""Recursion with three arguments: Takeuchi's function, on ints and on floats."""
# test-size: 15
import sys

DEFAULT = 30


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def main(n):
    total = 0
    for z in range(n // 3 + 1, n // 3 + 4):
        result = tak(n, 2 * n // 3, z)
        total = total * 31 + result
        print(z, result)
    print(tak(n * 1.0, n * 2 // 3 * 1.0, n / 3 + 1), total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
