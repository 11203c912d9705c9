"""An error thrown out of a hot loop, three calls deep, has the right lines and carets."""


def divide(a, b):
    return a // b


def step(i):
    return divide(1000, 2500 - i)


def loop():
    total = 0
    for i in range(5000):
        total += step(i)
    return total


print(loop())
