"""Closure cells mutated in hot loops, shared between functions, escaping, and rebound functions."""


def counter_loop(n):
    count = 0

    def bump(k):
        nonlocal count
        count += k
        return count

    t = 0
    for i in range(n):
        t += bump(i % 3)
        if i % 1000 == 0:
            count = count * 1.0 if i == 2000 else count
    return t, count


def shared_cells(n):
    x = 0

    def inc():
        nonlocal x
        x += 1

    def get():
        return x

    t = 0
    for i in range(n):
        inc()
        x += 1
        t += get()
    return t, x


def make_many(n):
    fs = []
    t = 0
    for i in range(n):
        f = lambda y, i=i: i + y
        g = (lambda: i * 2)
        t += f(1) + g()
        if i % 1000 == 0:
            fs.append((f, g))
    return t, [f(0) for f, _ in fs], [g() for _, g in fs]


def adders(n):
    def adder(k):
        def add(x):
            return x + k

        return add

    fs = [adder(k) for k in (1, 2.5, 10)]
    x = 0
    for i in range(n):
        x = fs[i % 3](x)
        if i == n // 2:
            fs[0] = adder(-1)
    return x


def rebinding(n):
    def f(x):
        return x + 1

    t = 0
    for i in range(n):
        t = f(t)
        if i == n // 2:
            def f(x):
                return x + 2
    return t


def code_swap(n):
    def f(x):
        return x + 1

    def g(x):
        return x * 2 % 1009

    t = 0
    for i in range(n):
        t = f(t)
        if i == n // 2:
            f.__code__ = g.__code__
    return t


def defaults_swap(n):
    def f(x, k=1):
        return x + k

    t = 0
    for i in range(n):
        t = f(t)
        if i == n // 2:
            f.__defaults__ = (5,)
    return t


def cell_in_loop(n):
    out = []
    for i in range(n):
        value = i

        def capture():
            return value

        if i % 900 == 0:
            out.append(capture)
    return [c() for c in out], capture()


def recursion_closure(n):
    def fib(k):
        return k if k < 2 else fib(k - 1) + fib(k - 2)

    t = 0
    for i in range(n):
        t += fib(i % 8)
    return t


def nonlocal_list(n):
    items, total = [], 0

    def push(v):
        nonlocal total, items
        items.append(v)
        total += v
        if len(items) > 10:
            items = items[5:]

    for i in range(n):
        push(i)
    return total, items


def compose(n):
    inc = lambda x: x + 1
    dbl = lambda x: x * 2 % 10007
    comp = lambda f, g: lambda x: f(g(x))
    h = comp(inc, comp(dbl, inc))
    x = 0
    for i in range(n):
        x = h(x)
    return x


def cell_contents(n):
    x = 0

    def f():
        return x

    cell = f.__closure__[0]
    t = 0
    for i in range(n):
        cell.cell_contents = i
        t += f() + x
    return t


print(counter_loop(4000), shared_cells(3000), make_many(3000), adders(3000), rebinding(3000), code_swap(3000), defaults_swap(3000), cell_in_loop(2800), recursion_closure(800), nonlocal_list(2000), compose(3000), cell_contents(2000), sep="\n")
