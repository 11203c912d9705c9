"""Small-int arithmetic with an unpredictable branch: Collatz sequences.

Finds the start with the longest chain; measures division, parity tests and
a loop whose two sides are taken in no pattern.
"""
# test-size: 3000
import sys

DEFAULT = 200000


def chain(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def main(n):
    best = 0
    start = 0
    total = 0
    for i in range(1, n):
        steps = chain(i)
        total += steps
        if steps > best:
            best = steps
            start = i
    print(start, best, total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
