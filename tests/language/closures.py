"""Closures: cells shared, late binding, nonlocal at depth, class bodies, del of cells."""


def counter():
    n = 0

    def up():
        nonlocal n
        n += 1
        return n

    def down():
        nonlocal n
        n -= 1
        return n

    return up, down


up, down = counter()
print(up(), up(), down(), up())
other, _ = counter()
print(other(), up())

print([f() for f in [lambda: i for i in range(3)]])
print([f() for f in [lambda i=i: i for i in range(3)]])


def deep():
    x = 1

    def a():
        def b():
            def c():
                nonlocal x
                x *= 3
                return x

            return c

        return b

    a()()()
    return x, a()()(), x


print(deep())


def unbound():
    def show():
        return late

    try:
        show()
    except NameError as error:
        print(type(error).__name__, error)
    late = 5
    print(show())
    del late
    try:
        show()
    except NameError as error:
        print(type(error).__name__, error)
    try:
        late
    except UnboundLocalError as error:
        print(type(error).__name__, error)


unbound()


def class_scope():
    x = "function"

    class C:
        y = x
        x = "class"

        def method(self):
            return x

        z = [x for _ in range(2)]

    return C.y, C.x, C().method(), C.z


try:
    print(class_scope())
except NameError as error:
    print(type(error).__name__, error)


def class_global():
    class C:
        value = outer_name

        def get(self):
            return outer_name

    return C.value, C().get()


outer_name = "module"
print(class_global())

f = up
print(f.__closure__[0].cell_contents, up.__code__.co_freevars, counter.__code__.co_cellvars)
f.__closure__[0].cell_contents = 40
print(up())


def maker(default, *args, key=None, **kwargs):
    def inner():
        return default, args, key, kwargs

    return inner


print(maker(1, 2, 3, key=4, extra=5)())


def parameter_cell(x):
    def change():
        nonlocal x
        x += 1

    change()
    change()
    return x


print(parameter_cell(10))


def loop_cells():
    functions = []
    for i in range(3):
        j = i * 10

        def f(k=i):
            return i, j, k

        functions.append(f)
    return [f() for f in functions]


print(loop_cells())


def recursive(n):
    def fact(k):
        return 1 if k < 2 else k * fact(k - 1)

    return fact(n)


print(recursive(20), recursive(25))


def exec_in_cell():
    value = 3
    code = lambda: value
    value = 4
    return code()


print(exec_in_cell())
print((lambda a, *b, c=3, **d: (a, b, c, d))(1, 2, c=5, e=6))
compose = lambda *fs: (lambda x: [x := g(x) for g in fs][-1])
print(compose(lambda x: x + 1, lambda x: x * 2)(5))
