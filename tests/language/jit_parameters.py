# Functions with collected and keyword-only parameters have regions of their own: called by natives, by spreads, by
# code that does not inline them.
import functools


def collected(a, b=2, *rest, scale=1, **extra):
    return (a + b * scale + len(rest) + sum(rest) + extra.get("more", 0)) % 65521


def loops(*items, by=1, **names):
    total = 0
    for item in items:
        if item == 13:
            return "thirteen", by, sorted(names)
        total += item * by
    for name in names.values():
        total -= name
    return total


def cells(first, *rest, key=None, **names):
    total = 0

    def add(x):
        nonlocal total, first
        total += x
        first = x
        return key

    for x in rest:
        add(x)
    names["total"] = total
    return first, names, key


def keyword_only(*, x, y=3):
    x += y
    if x % 7 == 0:
        del y
        z = x
    else:
        z = y
    return z


def unbound(*args, flag):
    if flag:
        late = args
    try:
        return len(late)
    except UnboundLocalError as e:
        return str(e)


def raising(*args, **kwargs):
    if args and args[0] % 11 == 0:
        raise ValueError(args, kwargs)
    return len(args) + len(kwargs)


def changes(*args, **kwargs):
    args = args + (1,)
    kwargs["a"] = kwargs.get("a", 0) + 1
    return args, kwargs


def forward(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)

    return inner


def recursive(n, *rest, step=1):
    if n <= 0:
        return len(rest)
    return recursive(n - step, *rest, n, step=step) + 1


class Callable:
    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs

    def __call__(self, *args, scale=2):
        return (len(args) + len(self.args)) * scale + len(self.kwargs)

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)


def main(n):
    results = []
    mix, many, plus = forward(collected), forward(loops), forward(keyword_only)
    total = 0
    for i in range(n):
        total += mix(i, scale=3) + mix(i, more=i) + mix(i, i, i, i % 5)
        r = many(i % 14, 2, 3, by=2, one=i)
        total += r if isinstance(r, int) else len(r[2])
        total += plus(x=i) + plus(x=i, y=i % 3)
        first, names, key = cells(i, i, 2, key=total % 10, other=3)
        total += first + names["total"] + key
        total += len(unbound(1, flag=i % 2)) if i % 2 == 0 else unbound(1, 2, flag=True)
        try:
            total += forward(raising)(i, i, a=1)
        except ValueError as e:
            total += len(e.args[0])
        a, k = changes(i, a=i)
        total += len(a) + k["a"]
        total += recursive(i % 5, step=1 + i % 2)
        c = Callable.make(1, 2, x=i)
        total += c(1) + c(1, 2, scale=i % 4) + len(c.kwargs)
        if i % 500 == 0:
            results.append(total)
    print(results, total)
    print(list(map(collected, range(3000), range(3000)))[-3:])
    print(sum(map(lambda *a, k=1: a[0] * k + len(a), range(3000), range(3000))))
    print(sorted(range(3000), key=lambda *a, reverse=False: (-a[0] % 17, a[0]))[:5])
    for wrong in (lambda: collected(), lambda: keyword_only(1), lambda: mix(1, a=2), lambda: plus(z=1)):
        try:
            wrong()
        except TypeError as e:
            print(e)


main(3000)
