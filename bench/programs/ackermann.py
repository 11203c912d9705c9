"""Deep recursion: Ackermann's function, whose stack is hundreds of frames high."""
# test-size: 2
import sys

DEFAULT = 9


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def main(n):
    sys.setrecursionlimit(12000)
    for i in range(n + 1):
        print(i, ackermann(2, 8 * i), ackermann(3, i))
    for i in range(60 * n):
        if depth(900 + i % 90) != 900 + i % 90:
            print("wrong")
    print(depth(5000))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
