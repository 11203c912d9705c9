"""What is left of simple loops in machine code (tests/traces.rs reads the comments)."""


def sum_of_ints(n):
    total = 0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=1 checked=1
        total += i
    return total


def float_recurrence(n):
    x, y = 0.1, 0.2
    for _ in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=1
        x, y = x * 0.5 + y * 0.25, y * 0.5 - x * 0.125
    return x, y


def counted_while(n):
    i = total = 0
    while i < n:  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=3 fragments=2
        if i & 1:
            total += i
        i += 1
    return total


def masked(n):
    h = 17
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=1 poll=0
        h = (h * 31 + i) & 0xFFFFFF
    return h


def indexed(n):
    a, b = [1.5] * n, [2.5] * n
    total = 0.0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=2 guards<=3 ult=0 poll=0
        total += a[i] * b[i]
    return total


def list_items(n):
    data = [i * 0.5 for i in range(100)]
    total = 0.0
    for k in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=1 guards<=3 floor_mod=1
        total += data[k % 100]
    return total


def list_stores(n):
    data = [0] * 100
    for k in range(n):  # LOOP calls=0 allocs=0 counts<=1 store_elem=1 guards<=3
        data[k % 100] = k
    return data[5]


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def step(self, dx):
        self.x += dx
        return self.x + self.y


def attributes(n):
    p = Point(0, 1)
    total = 0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 load_elem=0 store=1 guards<=3
        total = p.x + p.y
        p.x = i
    return total


def methods(n):
    p = Point(0.5, 1.5)
    total = 0.0
    for _ in range(n):  # LOOP calls=0 allocs<=1 counts<=1 loads=0 load_elem=0 store=3 guards<=5
        total += p.step(0.25)
    return total


def add(a, b):
    return a + b


def inlined(n):
    total = 0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=3 checked=2
        total = add(total, add(i, 1))
    return total


def closures(n):
    k = 3

    def times(x):
        return x * k

    total = 0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=2 checked=2
        total += times(i)
    return total


def builtins(n):
    data = [1, 2, 3]
    total = 0
    for i in range(n):  # LOOP calls=0 allocs=0 counts=0 loads=0 guards<=1 select=2
        total += len(data) + abs(i) + min(i, 7)
    return total


def nested(n):
    total = 0
    for i in range(n):
        for j in range(5):  # LOOP calls=0 allocs<=2 fragments=2
            total += i ^ j
    return total


def over_list(n):
    data = list(range(n))
    total = 0
    for x in data:  # LOOP calls=0 allocs=0 counts=0 loads<=3 guards<=3
        total += x
    return total


def caught(n):
    total = 0
    for i in range(n):  # LOOP invoke=0 allocs=0 counts<=5 fragments=2
        try:
            if i % 2:
                raise ValueError
            total += 1
        except ValueError:
            total += 2
    return total


for f in (
    sum_of_ints, float_recurrence, counted_while, masked, indexed, list_items, list_stores, attributes, methods,
    inlined, closures, builtins, nested, over_list, caught,
):
    f(3000)
