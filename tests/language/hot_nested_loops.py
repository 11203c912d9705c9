"""Nested loops with changing trip counts, shared variables and loop-else."""


def triangle(n):
    t = 0
    for i in range(n):
        for j in range(i):
            t += i ^ j
    return t


def three(n):
    t = 0
    for i in range(n):
        for j in range(n - i):
            k = j
            while k > 0:
                t += k & i
                k //= 2
    return t


def primes(n):
    out = []
    for i in range(2, n):
        for p in out:
            if p * p > i:
                out.append(i)
                break
            if i % p == 0:
                break
        else:
            out.append(i)
    return len(out), out[-1]


def varying(n):
    lengths = [0, 1, 100, 3, 0, 50, 2]
    t = 0
    for i in range(n):
        for j in range(lengths[i % 7]):
            t += j
            if j == 60 and i % 2:
                break
        else:
            t += 1000
        x = j if lengths[i % 7] else -1
        t += x
    return t


def shared(n):
    a, b = 0, 1.0
    for i in range(n):
        a += 1
        for j in range(10):
            a += j
            if a % 500 == 0:
                b = b * 1.01
        b += a % 3
        if i == n // 2:
            a = float(a)
        if i == n // 2 + 5:
            a = int(a)
    return a, b


def while_while(n):
    i = j = t = 0
    while i < n:
        while j < i:
            t += j
            j += 2
        j -= i // 2
        i += 1
    return t, i, j


def bubble(n):
    data = [(i * 7919) % 1009 for i in range(n)]
    swaps = 0
    for i in range(n):
        for j in range(n - 1 - i):
            if data[j] > data[j + 1]:
                data[j], data[j + 1] = data[j + 1], data[j]
                swaps += 1
    return swaps, data[:3], data[-1]


def inner_type_change(n):
    t = 0
    for i in range(n):
        for j in range(20):
            v = j if i < n // 2 else j * 0.5
            t += v
    return t


def inner_call_loop(n):
    def inner(k):
        s = 0
        for q in range(k):
            s += q
        return s

    return sum(inner(i % 23) for i in range(n)) + sum([inner(i) for i in range(100)])


def float_grid(n):
    t = 0.0
    y = 0.0
    while y < 1.0:
        x = 0.0
        while x < y:
            t += x * y
            x += 1.0 / n
        y += 1.0 / n
    return f"{t:.9f}"


print(triangle(150), three(60), primes(4000), varying(700), shared(900), while_while(400), bubble(120), inner_type_change(400), inner_call_loop(1500), float_grid(150))
