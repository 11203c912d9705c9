"""Calls of classes and callable objects in hot code: defaults, keywords, errors, and the classes that convert."""
import gc


class Point:
    made = 0

    def __init__(self, x, y=2, *, z=3):
        self.x, self.y, self.z = x, y, z
        if x == -1:
            raise ValueError("negative")

    def __call__(self, a, b=1):
        return self.x + a * b


class Many:
    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs


class Strict:
    def __init__(self, a, b):
        self.a = a


class Returns:
    def __init__(self, x=1):
        if x == 1500:
            return x


class Deleted:
    gone = 0

    def __init__(self, x=0):
        self.me = self

    def __del__(self):
        Deleted.gone += 1


def defaults(n):
    total = 0
    for i in range(n):
        p = Point(i)
        q = Point(i, z=i)
        r = Point(x=1, y=i)
        total += p.x + p.y + p.z + q.z + r.y
    return total


def many(n):
    total = 0
    for i in range(n):
        m = Many(i, 2, k=i)
        total += len(m.args) + m.kwargs["k"]
        m = Many(k=i)
        total += len(m.args)
    return total


def errors(n):
    texts = {}
    for i in range(n):
        for args, kwargs in (((), {}), ((1,), {}), ((1, 2, 3), {}), ((1,), {"c": 2})):
            try:
                Strict(*args, **kwargs)
            except TypeError as e:
                texts[str(e)] = texts.get(str(e), 0) + 1
        try:
            Strict(1)
        except TypeError as e:
            texts[str(e)] = texts.get(str(e), 0) + 1
        try:
            Point(i - n + 1 if i % 2 else -1)
        except ValueError as e:
            texts[str(e)] = texts.get(str(e), 0) + 1
    return sorted(texts.items())


def returns(n):
    try:
        for i in range(n):
            Returns(x=i)
    except TypeError as e:
        return str(e)


def callables(n):
    p = Point(3)
    total = 0
    for i in range(n):
        total += p(i) + p(i, 2) + p(i, b=3) + p(a=i)
    return total


def keyword_only(n):
    def f(a, *, k=5):
        return a + k

    total = 0
    for i in range(n):
        total += f(i)
        if i == n // 2:
            f.__kwdefaults__["k"] = 7
        if i == n // 2 + 100:
            f.__kwdefaults__ = {"k": 9}
    try:
        f.__kwdefaults__ = {}
        f(1)
    except TypeError as e:
        print(e)
    return total


def changed(n):
    total = 0
    for i in range(n):
        total += Point(i).y
        if i == n // 2:
            Point.__init__.__defaults__ = (10,)
    Point.__init__.__defaults__ = (2,)
    return total


def cycles(n):
    for i in range(n):
        Deleted(x=i)
    gc.collect()
    return Deleted.gone


def conversions(n):
    out = []
    total = 0
    for i in range(n):
        x = i * 0.75 - 100
        total += int(x) + int(i) + int(True) + float(i) + float(x)
        total += bool(i % 3) + bool(x) + bool(None) + bool("")
        total += len(str(i)) + len(str(x)) + len(str("abc")) + len(str(None))
        empty = list()
        empty.append(i)
        d = dict()
        d[i] = empty
        out.append(d)
    for bad in (float("nan"), float("inf"), 1e300, "12", " 7 ", "x", None, b"5", 1 << 70):
        for convert in (int, float, str, bool):
            for k in range(3):
                try:
                    r = repr(convert(bad))[:60]
                except Exception as e:
                    r = f"{type(e).__name__}: {e}"
            print(convert.__name__, r)
    return total, len(out)


for f in (defaults, many, errors, returns, callables, keyword_only, changed, cycles, conversions):
    print(f.__name__, f(2000))
