"""Loops over zip and enumerate, often enough for machine code."""


def numbered(a, start=0):
    out = []
    for i, x in enumerate(a, start):
        out.append((i, x))
    return out


def dot(a, b):
    s = 0
    for x, y in zip(a, b):
        s += x * y
    return s


def three(a, b, c):
    return [x + y * z for x, y, z in zip(a, b, c)]


def four(a):
    return [x + y + z + w for x, y, z, w in zip(a, a, a, a)]


def kept(a, b):
    pairs = []
    for p in zip(a, b):
        pairs.append(p)
    for p in enumerate(b):
        pairs.append(p)
    return pairs


def grouped(a):
    it = iter(a)
    return [(x, y) for x, y in zip(it, it)], list(it)


def grouped3(a):
    it, other = iter(a), iter(range(100))
    return [(x, y, z) for x, y, z in zip(it, other, it)], list(it)


def strict(a, b):
    out = []
    try:
        for x, y in zip(a, b, strict=True):
            out.append(x - y)
    except ValueError as e:
        out.append(str(e))
    return out


def leftovers(a, b):
    i, j = iter(a), iter(b)
    n = sum(1 for _ in zip(i, j))
    return n, list(i), list(j)


def growing():
    a = [1, 2, 3]
    n = 0
    for i, x in enumerate(a):
        if len(a) < 200:
            a.append(x + i)
        n += x
    return n, len(a)


def shrinking():
    a, b = list(range(100)), list(range(100))
    out = 0
    for x, y in zip(a, b):
        out += x + y
        if x % 3 == 0:
            b.pop()
    return out


def nested(rows):
    total = 0
    for i, row in enumerate(rows):
        for j, (x, y) in enumerate(zip(row, row[1:])):
            total += i * x - j * y
    return total


def generators(n):
    def squares():
        for k in range(n):
            yield k * k

    return sum(i * x for i, x in enumerate(squares())), dot(squares(), range(n)), dot(range(n), [1.5] * n)


def broken(a):
    for i, x in enumerate(a):
        if x > 30:
            break
    else:
        return "none"
    return i, x


def big(n):
    return [i - 2**62 for i, _ in enumerate(range(n), 2**62 - 5)][-8:]


class Own:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


for turn in range(60):
    a, b = [k * 3 for k in range(40)], tuple(range(50))
    results = [
        numbered(a)[-1], numbered(range(20), 7)[-1], numbered(b, -10)[9:12], numbered("text"), dot(a, b), dot(b, a),
        dot(range(30), a), three(a, b, range(60))[-1], four(a)[-1], kept(a, b)[38:43], grouped(range(41))[0][-1],
        grouped(range(41))[1], grouped(a)[0][-1], grouped3(a)[0][-1], strict([1, 2], [3, 4]), strict([1, 2], [3]),
        strict([1], [3, 4]), leftovers([1, 2, 3], [4]), leftovers([1], (4, 5, 6)), leftovers(range(3), range(1)),
        growing(), shrinking(), nested([a, a[::2], list(b)]), generators(25), broken(a), broken([1]), big(12),
        dot(Own(9), a), numbered(Own(3)), dot([], a), [p for p in zip()], [p for p in zip([1, 2])],
    ]
print(*results, sep="\n")
