"""Sites that see many functions, classes and shapes: traces stop assuming which."""


def hoisted(n):
    out = []
    append = out.append
    pop = out.pop
    for i in range(n):
        append(i)
        if i % 5 == 4:
            append(pop() + pop())
    table = {i: i * i for i in range(10)}
    get = table.get
    return sum(out) + sum(get(i % 12, -1) for i in range(n))


def many(n):
    return sum(hoisted(20) for _ in range(n))


def make(k):
    class Shape:
        name = f"shape {k}"

        def __init__(self, size):
            if k % 2:
                self.extra = k
            self.size = size

        def area(self):
            return self.size * k

        def __add__(self, other):
            return self.size + other.size + k

        @property
        def twice(self):
            return self.size * 2 + k

    return Shape


CLASSES = [make(k) for k in range(12)]


def shapes(n):
    total = 0
    for i in range(n):
        a = CLASSES[i % 12](i)
        b = CLASSES[i * 7 % 12](1)
        total += a.area() + (a + b) + a.twice + b.size
        a.size = 3
        total += a.size + isinstance(a, CLASSES[3])
    return total


FUNCTIONS = [lambda x, k=k: x + k for k in range(9)] + [abs, len, str, min, max, sum, ord]


def calls(n):
    total = 0
    for i in range(n):
        f = FUNCTIONS[i % len(FUNCTIONS)]
        if f is len or f is sum or f is min or f is max:
            total += f((i, 2))
        elif f is ord:
            total += f("a")
        elif f is str:
            total += len(f(i))
        else:
            total += f(i)
    return total


def attributes(n):
    class Bag:
        pass

    bags = []
    for k in range(20):
        b = Bag()
        for j in range(k):
            setattr(b, f"a{j * (k + 1)}", j)
        b.value = k
        bags.append(b)
    total = 0
    for i in range(n):
        b = bags[i % 20]
        total += b.value
        b.value = b.value + i % 3
    return total


def missing(n):
    hits = 0
    for i in range(n):
        try:
            CLASSES[i % 12](1).nothing
        except AttributeError as e:
            hits += len(str(e))
    return hits


for f in (many, shapes, calls, attributes, missing):
    print(f.__name__, f(4000))
