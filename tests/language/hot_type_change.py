"""A loop-carried value changes its type midway: int, float, bool, str, tuple, None, big int."""


def accumulate(steps):
    out = []
    x = 0
    for i in range(6000):
        if i in steps:
            out.append((type(x).__name__, x if not isinstance(x, str) else x[-5:]))
            x = steps[i]
        x = x + x if i % 1000 == 999 and not isinstance(x, (str, tuple)) else x
        if type(x) is int:
            x += 1
        elif type(x) is float:
            x += 0.5
        elif type(x) is str:
            x = x[-10:] + chr(97 + i % 26)
        elif type(x) is tuple:
            x = x[1:] + (i,)
        elif x is None:
            x = None
        else:
            x = not x
    return out, type(x).__name__, x


print(accumulate({1500: 0.25, 3000: 1 << 62, 4500: "s"}))
print(accumulate({700: True, 1400: (1, 2, 3), 2100: None, 2800: 5, 3500: 2.5, 4200: 10 ** 30}))


def swap_types():
    a, b = 1, 1.5
    log = []
    for i in range(5000):
        a, b = b, a
        a = a + 1
        if i % 1250 == 0:
            log.append((a, b))
    return log, a, b


def unstable(n):
    x = 0
    for i in range(n):
        x = x + 1 if i % 3 else float(x)
    return x, type(x)


def late_float(n):
    total = 0
    for i in range(n):
        total += i if i < n - 5 else i / 2
    return total


def int_to_bool(n):
    flag = 0
    count = 0
    for i in range(n):
        flag = (i % 5 == 0) if i > n // 2 else flag + 1
        count += flag
    return count, flag


print(swap_types(), unstable(5000), late_float(4000), int_to_bool(4001), [late_float(k) for k in range(5)])
