"""Walrus, global, nonlocal, scoping of names, del, star targets, chained assignment."""
if (n := len([1, 2, 3])) > 2:
    print(n)
print([last := x for x in range(5)], last, [(y := x, y ** 2) for x in range(3)], y)
data = iter([1, 2, 0, 3])
while (v := next(data)) != 0:
    print(v, end=" ")
print(v)
print((a := 1) + (b := 2), a, b, (c := (d := 3)), any((hit := x) > 3 for x in [1, 5, 2]), hit)


def f():
    if any((w := x) == 3 for x in range(5)):
        return w


print(f())
counter = 0


def bump():
    global counter, created
    counter += 1
    created = counter * 10


for _ in range(3):
    bump()
print(counter, created)


def outer():
    x = 1

    def mid():
        def inner():
            nonlocal x
            x += 1
            global counter
            counter = 100
            return x

        return inner()

    return mid(), x


print(outer(), counter)
for source in ("def f():\n  x = 1\n  global x", "def f():\n  nonlocal y", "nonlocal z", "def f(a):\n  global a", "return 1", "yield 1", "break", "continue", "def f():\n  print(q)\n  global q", "x = 1 = 2", "f() = 1", "1 = x", "del f()", "(a, b) += 1", "[x := 1 for x in y]", "def f(a, a): pass", "f(a=1, a=2)", "f(**k, *a)", "def f(a=1, b): pass", "async def f():\n  yield from x", "await x", "class C:\n  return 1", "*a, *b = c", "*a = 1", "lambda: (yield)", "x: int: str", "None = 1", "True += 1", "def f():\n  from x import *", "import a.b as c.d", "try: pass", "if x", "for x in", "def", "'unclosed", "(", "a b", "1__0", "0777", "f'{'", "f'{a b}'", "x = yield = 1", "else: pass", "  indented", "if 1:\npass", "\tif 1:\n        x", "match x:\n  case a | b: pass", "match x:\n  case _: pass\n  case 1: pass", "with open() as f() : pass", "for f() in x: pass", "a?b", "a = $", "x = 5x", "except: pass", "raise from x"):
    try:
        compile(source, "<test>", "exec")
        print(repr(source), "compiles")
    except SyntaxError as error:
        print(repr(source), type(error).__name__)


def local_before():
    try:
        print(later_local)
    except UnboundLocalError as error:
        print(error)
    later_local = 1


local_before()


def conditional(flag):
    if flag:
        value = 1
    try:
        return value
    except UnboundLocalError:
        return "unbound"


print(conditional(True), conditional(False), [conditional(i % 2) for i in range(6)])
x = y = z = []
x.append(1)
print(z, x is y)
i = 0
i, arr = 1, [0, 0, 0]
arr[i], i = 5, 2
print(arr, i)
a = [1, 2, 3]
i = 0
i, a[i] = 2, 9
print(a, i)
first, *middle, last_ = range(6)
(p, q), [r, *s] = (1, 2), "xyz"
print(first, middle, last_, p, q, r, s)
*init, end = "ab"
head, *tail = [1]
print(init, end, head, tail)
for bad in ("a, b = 1, 2, 3", "a, b = [1]", "a, *b, c = [1]", "a, b = 5", "(a, b), c = 1, 2", "a, b = {}", "a, b = 'x'"):
    try:
        exec(bad)
    except (ValueError, TypeError) as error:
        print(bad, "->", error)
for a, (b, *c) in [(1, (2, 3)), (4, [5]), (6, "xy")]:
    print(a, b, c)
print(*[1, 2], *"ab", sep="-", end="!\n")
print((*[1], *(2,), *{3: 4}), [*range(2), *"z"], {**{"a": 1}, "b": 2}, {*[1], *[2]})
x = 5
x += 1 if x > 3 else 100
x **= 2
x //= 5
x <<= 2
x |= 1
x ^= 0xF
x &= 0xFE
x >>= 1
x %= 7
x -= -2
x *= 3
x /= 4
print(x)


class Scoped:
    counter = counter
    items = [counter for _ in range(2)]
    global leaked
    leaked = "from class"


print(Scoped.counter, Scoped.items, leaked, hasattr(Scoped, "leaked"))
exec("exec_made = 5")
print(exec_made, eval("exec_made + 1"), eval("a + b", {"a": 1, "b": 2}), eval("x", {"x": 1}, {"x": 2}))


def exec_local():
    v = 1
    ns = {}
    exec("w = v + 1", {"v": v}, ns)
    return ns, sorted(locals())


print(exec_local())
__name__
print(__name__, "__builtins__" in globals(), globals()["counter"], type(globals()).__name__)


def shadow_builtin():
    len = lambda x: "shadowed"
    return len([])


print(shadow_builtin())
len = lambda x: "global shadow"
print(len([1]))
del len
print(len([1]))
