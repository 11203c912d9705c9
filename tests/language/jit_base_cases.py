"""Recursion whose base cases machine code tries before it makes a frame: results of several kinds, arguments that die
there, branches of base cases, and how deep it may go."""
import sys


class Node:
    __slots__ = ("left", "right", "value")

    def __init__(self, left, right, value):
        self.left, self.right, self.value = left, right, value


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def tribonacci(n):
    if n == 0:
        return 0
    if n < 3:
        return 1
    return tribonacci(n - 1) + tribonacci(n - 2) + tribonacci(n - 3)


def make(depth):
    if depth == 0:
        return None
    return Node(make(depth - 1), make(depth - 1), depth)


def count(t):
    if t is None:
        return 0
    return 1 + count(t.left) + count(t.right)


def total(t, scale):
    if t is None:
        return 0.5
    return t.value * scale + total(t.left, scale) + total(t.right, scale)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def power(x, n):
    if n == 0:
        return 1
    half = power(x, n // 2)
    return half * half * x if n & 1 else half * half


def spell(n):
    if n < 3:
        return "abc"[n]
    return spell(n - 1) + spell(n - 3)


def is_even(n):
    if n == 0:
        return True
    if n == 1:
        return False
    return is_even(n - 2)


def depth(n):
    if n == 0:
        return "bottom"
    return depth(n - 1)


class Counted:
    alive = 0

    def __init__(self):
        Counted.alive += 1

    def __del__(self):
        Counted.alive -= 1


def drops(n, thing):
    if n <= 0:
        return n
    return drops(n - 1, Counted()) + drops(n - 2, Counted())


def failing(n):
    if n == 0:
        return 1 // n
    if n < 0:
        return 0
    return failing(n - 2) + failing(n - 3)


print([fib(n) for n in (0, 1, 2, 3, 20, 23)], [tribonacci(n) for n in (0, 1, 2, 3, 18)])
tree = make(11)
print(count(tree), total(tree, 2), total(tree, 2.5), count(None))
print(ackermann(2, 60), tak(12, 8, 4), [power(3, n) for n in (0, 1, 39, 40, 41)])
print(len(spell(17)), spell(9), is_even(500), is_even(501))
print(fib(16.0), fib(True), power(1.5, 20))
big = 1 << 70
print(power(big, 5) == big**5, tak(big + 4, big + 2, big))
print(drops(14, None), Counted.alive)
for n in (24, 25):
    try:
        print(n, failing(n))
    except ZeroDivisionError as e:
        tb, frames = e.__traceback__, 0
        while tb:
            frames, tb = frames + 1, tb.tb_next
        print(n, e, frames)
print(depth(900))
for _ in range(3):
    try:
        depth(5000)
    except RecursionError as e:
        print(str(e).split(" in ")[0].split(" while ")[0])
sys.setrecursionlimit(6000)
print(depth(5000))


def other(n):
    return -1


# The name means another function from now on.
original = fib
print(original(18))
fib = other
print(original(18), original(1))
