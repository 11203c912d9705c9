"""Comprehensions of every kind: scoping, nesting, conditions, walrus, unpacking."""
print([x * x for x in range(6)], {x % 3 for x in range(9)}, {x: x ** 2 for x in range(4)})
print([x for x in range(20) if x % 2 if x % 3], [(x, y) for x in range(3) for y in range(x)])
print([[y * x for y in range(3)] for x in range(3)], [x for row in [[1, 2], [3]] for x in row])
x = "outer"
print([x for x in range(3)], x)
print([y := i * 2 for i in range(4)], y)
print([a + b for a, b in zip([1, 2], [3, 4])], [a for a, *b in [(1, 2, 3), (4,)]], [b for a, *b in [(1, 2, 3), (4,)]])
print({k: [v for v in range(k)] for k in range(3)}, {(a, b): a for a in "xy" for b in "z"})


def scope():
    n = 3
    return [n * i for i in range(n)], [(lambda: i * n)() for i in range(n)]


print(scope())
print([f() for f in [lambda: i for i in range(3)]])


class C:
    data = [1, 2, 3]
    doubled = [d * 2 for d in data]
    size = len(data)
    nested = [[d for d in range(2)] for _ in data]


print(C.doubled, C.nested)


def condition_expr(values):
    return ["even" if v % 2 == 0 else "odd" for v in values]


print(condition_expr([1, 2, 3]))
print(list(i for i in range(3)), tuple(i for i in "ab"), set(c for c in "aab") == {"a", "b"})
print(any(v > 2 for v in [1, 2, 3]), all(v > 2 for v in [3, 4]), sum(v for v in range(5)))


def in_loop():
    total = 0
    for i in range(200):
        total += sum([j for j in range(i % 5)])
        total += len({j % 3 for j in range(i % 7)})
        total += sum({j: i for j in range(3)}.values())
    return total


print(in_loop())


def early_exception():
    try:
        return [10 // v for v in [5, 2, 0, 1]]
    except ZeroDivisionError as error:
        return str(error)


print(early_exception())


def shadow():
    v = "kept"
    out = [v for v in range(3)]
    return v, out


print(shadow())


def unbound_after():
    [leak for leak in range(2)]
    try:
        return leak
    except NameError as error:
        return str(error)


print(unbound_after())


def free(cell):
    return [[cell + i + j for j in range(2)] for i in range(2)], lambda: cell


print(free(10)[0], free(5)[1]())


def iter_evaluated_first():
    log = []

    def source(name, n):
        log.append(name)
        return range(n)

    result = [(a, b) for a in source("a", 2) for b in source("b", 2)]
    return log, result


print(iter_evaluated_first())
g = (print("lazy") or v for v in [1])
print("before")
print(list(g))
print({**{"a": 1}, **{k: v for k, v in [("b", 2)]}}, [*[i for i in range(2)], *range(2)])
print([(yield_,) for yield_ in range(2)], [w for w in "hello world".split() if w.startswith("w")])
print({i: j for i, j in enumerate("abc")}, {v: k for k, v in {"a": 1, "b": 2}.items()})
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [list(r) for r in zip(*matrix)])
