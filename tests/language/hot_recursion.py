"""Recursive functions: depth changes, argument types change, mutual recursion, exceptions inside."""
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def fact(n):
    return 1 if n == 0 else n * fact(n - 1)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def tree(n):
    return None if n == 0 else (tree(n - 1), n, tree(n - 1))


def total(t):
    return 0 if t is None else total(t[0]) + t[1] + total(t[2])


def hanoi(n, a, b, c, moves):
    if n:
        hanoi(n - 1, a, c, b, moves)
        moves[0] += 1
        moves[1] = (moves[1] * 3 + a * 5 + c) % 10007
        hanoi(n - 1, b, a, c, moves)


def perms(items, k, out):
    if k == len(items):
        out[0] += 1
        out[1] = (out[1] * 31 + items[0] * 7 + items[-1]) % 1000003
        return
    for i in range(k, len(items)):
        items[k], items[i] = items[i], items[k]
        perms(items, k + 1, out)
        items[k], items[i] = items[i], items[k]


def failing(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        failing(n - 1)
    finally:
        unwound[0] += 1


unwound = [0]
print(fib(17), fib(15.0), fib(True), [depth(i * 7 % 90) for i in range(60)][-3:], sum(depth(i % 200) for i in range(300)))
print([fact(n) % 1000003 for n in range(0, 60, 7)], fact(30), sum(fact(i % 25) for i in range(400)) % 1000003)
print(is_even(200), is_odd(301), sum(is_even(i % 50) for i in range(400)), ack(2, 12), ack(1, 200))
moves, out = [0, 0], [0, 0]
hanoi(10, 1, 2, 3, moves)
perms([1, 2, 3, 4, 5, 6], 0, out)
print(total(tree(10)), moves, out)
caught = 0
for i in range(200):
    try:
        failing(i % 20)
    except ValueError:
        caught += 1
print(caught, unwound)
limited = 0
for i in range(3):
    try:
        depth(100000)
    except RecursionError:
        limited += 1
print(limited, depth(500))


def sum_digits(n):
    return n if n < 10 else n % 10 + sum_digits(n // 10)


print(sum(sum_digits(i * 7919) for i in range(2000)), sum_digits(2 ** 200))


class Node:
    def __init__(self, v):
        self.v, self.l, self.r = v, None, None

    def insert(self, v):
        if v < self.v:
            if self.l is None:
                self.l = Node(v)
            else:
                self.l.insert(v)
        elif self.r is None:
            self.r = Node(v)
        else:
            self.r.insert(v)

    def sum(self, depth=0):
        return self.v * depth + (self.l.sum(depth + 1) if self.l else 0) + (self.r.sum(depth + 1) if self.r else 0)


root = Node(500)
for i in range(800):
    root.insert(i * 7919 % 1009)
print(root.sum())


def collatz(n, memo={}):
    if n == 1:
        return 0
    if n not in memo:
        memo[n] = 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
    return memo[n]


print(max((collatz(i), i) for i in range(1, 1500)))


def kw(n, *, acc=0, **rest):
    return acc, len(rest) if n == 0 else kw(n - 1, acc=acc + n, **rest)


def flatten(x):
    return [x] if not isinstance(x, list) else [z for y in x for z in flatten(y)]


print(kw(50, a=1, b=2)[0], flatten([1, [2, [3, [4, [5]]]], [[6]]]), sum(len(flatten([[i], [[i]]])) for i in range(500)))


def type_shift(n, x):
    return x if n == 0 else type_shift(n - 1, x + 1 if n % 2 else x * 1.5)


print(type_shift(20, 1), [type_shift(i % 5, i) for i in range(200)][-1])
