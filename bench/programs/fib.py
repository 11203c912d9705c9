"""Recursion with one int argument: Fibonacci numbers, called the naive way."""
# test-size: 21
import sys

DEFAULT = 35


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main(n):
    print(fib(n))
    print(sum(fib(i) for i in range(n - 4)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
