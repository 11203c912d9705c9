"""`x[y] = z` and `x in y` of classes written in Python, in hot code."""


class Grid:
    def __init__(self, width, height):
        self.width = width
        self.cells = [0] * (width * height)

    def __getitem__(self, at):
        x, y = at
        return self.cells[y * self.width + x]

    def __setitem__(self, at, value):
        x, y = at
        if value == "bad":
            raise ValueError(at)
        self.cells[y * self.width + x] = value

    def __contains__(self, value):
        if value == "bad":
            raise LookupError(value)
        return value in self.cells[:5]


class Odd:
    """Answers with things that are no bools."""

    def __init__(self, answers):
        self.answers = answers

    def __contains__(self, i):
        return self.answers[i % len(self.answers)]

    def __setitem__(self, k, v):
        self.answers[k % len(self.answers)] = v
        return NotImplemented


class Base:
    stored = 0

    def __setitem__(self, k, v):
        self.stored += v


class Derived(Base):
    def __setitem__(self, k, v):
        super().__setitem__(k, v * 2)


class OnlyIter:
    def __iter__(self):
        return iter((1, 2, 3))


class Refuses:
    __contains__ = None


class Truth:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        if self.v == 99:
            raise OverflowError("no truth")
        return self.v > 1


def grid(n):
    g = Grid(8, 8)
    total = 0
    for i in range(n):
        g[i % 8, i // 8 % 8] = i
        total += g[3, 3] + g[i % 8, 1]
        if i in g:
            total += 1
        if i not in g:
            total += 2
        total += (i % 7 in g) + (i not in g)
        while 0 in g and i % 3:
            g[0, 0] = i + 1
            break
    return total


def raising(n):
    g = Grid(4, 4)
    caught = 0
    for i in range(n):
        try:
            g[i % 4, 1] = "bad" if i % 5 == 0 else i
        except ValueError as e:
            caught += e.args[0][0] + 1
        try:
            if ("bad" if i % 7 == 0 else i) in g:
                caught += 1
        except LookupError:
            caught += 100
        try:
            g[0] = 1
        except TypeError as e:
            text = str(e)
    return caught, text


def odd(n):
    o = Odd([0, 1, "", "x", None, [], [1], 0.0, Truth(0), Truth(5)])
    total = 0
    for i in range(n):
        total += (i in o) + 2 * (i not in o)
        if i in o:
            total += 3
        o[i * 11] = i % 2
    o = Odd([Truth(1), Truth(2), Truth(99)])
    caught = 0
    for i in range(n):
        try:
            if i in o:
                total += 1
        except OverflowError as e:
            caught += len(str(e))
    return total, caught


def derived(n):
    d, b = Derived(), Base()
    for i in range(n):
        d[i] = i
        b[i] = 1
        (d if i % 3 else b)[i] = 2
    return d.stored, b.stored


def others(n):
    found = 0
    texts = set()
    o, r = OnlyIter(), Refuses()
    for i in range(n):
        found += (i % 5 in o) + ("a" in "abc") + (i in range(10))
        try:
            i in r
        except TypeError as e:
            texts.add(str(e))
        try:
            o[i] = 1
        except TypeError as e:
            texts.add(str(e))
    return found, sorted(texts)


def chained(n):
    g = Grid(3, 3)
    for i in range(n):
        g[0, 0] = g[1, 1] = x = i
        g[2, 2] += x
        g[i % 3, 0], g[1, 2] = i, -i
    return g.cells


for f in (grid, raising, odd, derived, others, chained):
    print(f.__name__, f(1500))
