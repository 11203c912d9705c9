"""Iterator classes, sentinels, partly consumed and shared iterators, exceptions from __next__, hot."""


class Up:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Items:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        return i * 2


class Changing:
    def __init__(self):
        self.k = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.k += 1
        if self.k == 1500:
            type(self).__next__ = lambda s: s.finish()
        return self.k

    def finish(self):
        self.k += 1
        if self.k > 2500:
            raise StopIteration
        return 0.5


def custom(n):
    t = 0
    for x in Up(n):
        t += x
    for x in Items(n):
        t -= x
    for x in Changing():
        t += x
    return t


def shared(n):
    it = iter(range(n))
    t = 0
    for a in it:
        b = next(it, 0)
        t += a * b
        if a % 100 == 0:
            for c in it:
                t -= c
                if c % 7 == 0:
                    break
    return t


def fails(n):
    class F(Up):
        def __next__(self):
            v = super().__next__()
            if v % 50 == 0:
                raise ValueError(v)
            return v

    it, t, errors = F(n), 0, 0
    while True:
        try:
            for x in it:
                t += x
            break
        except ValueError as error:
            errors += error.args[0]
    return t, errors


def mixed(n):
    sources = [[1, 2], (3, 4), "56", {7: 8}, {9}, range(2), Up(2), (x for x in (1, 2)), iter([5]), b"ab", map(int, "12"), zip("a", "b"), enumerate("z"), {1: 2}.items(), reversed([1, 2])]
    t = 0
    for i in range(n):
        for x in sources[i % len(sources)]:
            t += 1
            if isinstance(x, int):
                t += x
    return t


def exhausted(n):
    it = iter([1, 2, 3])
    t = 0
    for i in range(n):
        for x in it:
            t += x
        if i % 500 == 0:
            it = iter([i])
    return t


def length_hint(n):
    class H:
        def __init__(self, k):
            self.k = k

        def __iter__(self):
            return iter(range(self.k))

        def __length_hint__(self):
            return 100

    return sum(len(list(H(i % 5))) for i in range(n))


def sentinel(n):
    count = [0]

    def f():
        count[0] += 1
        return count[0] % 10

    return sum(sum(iter(f, 7)) for _ in range(n)), count


def unpack(n):
    t = 0
    for i in range(n):
        a, b, c = Up(3)
        x, *y = Items(4)
        t += a + b + c + x + len(y) + sum([*Up(2), *Items(2)])
        try:
            a, b = Up(i % 4)
        except ValueError:
            t += 1000
    return t


def contains(n):
    t = 0
    for i in range(n):
        t += (i % 7 in Up(5)) + (i % 9 in Items(5)) + (i % 5 in [1, 2]) + (i in range(0, n, 3)) + (str(i % 3) in "12")
    return t


def delegated(n):
    def inner(k):
        yield from Up(k)
        yield from [k] * 2
        return k

    def outer(k):
        r = yield from inner(k)
        yield r

    return sum(sum(outer(i % 6)) for i in range(n))


print(custom(3000), shared(3000), fails(2000), mixed(2500), exhausted(2000), length_hint(1500), sentinel(300), unpack(1200), contains(1500), delegated(600), sep="\n")
