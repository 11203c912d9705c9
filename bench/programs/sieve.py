"""Writes of a constant into a long list: the sieve of Eratosthenes.

Measures the innermost `while`/store loop with a changing step, and a pass that
counts over the flags; run several times over so that the list stays in cache.
"""
# test-size: 50000
import sys

DEFAULT = 4000000


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= limit:
        if flags[i]:
            j = i * i
            while j <= limit:
                flags[j] = False
                j += i
        i += 1
    return flags


def main(n):
    check = 0
    for limit in (n, n - 1, n // 2, n):
        flags = sieve(limit)
        count = 0
        last = 0
        for i in range(limit + 1):
            if flags[i]:
                count += 1
                last = i
        check = (check * 31 + count * 7 + last) % 1000000007
        print(limit, count, last)
    print(check)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
