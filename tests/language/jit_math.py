# Functions of doubles in hot loops, at their edges too.
import math

inf, nan = math.inf, math.nan
names = (
    "acos asin atan cos cosh degrees exp log log10 log2 radians sin sinh sqrt tan tanh fabs floor ceil trunc".split()
)
values = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, 1e300, -1e300, 710.0, 4e18, -5e18, inf, -inf, nan, 3, -3, 0, True,
          1 << 70, -(1 << 70), 10 ** 400, "x", None]


def show(f, *args):
    try:
        return repr(f(*args))
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def hot(f, v, n=60):
    out = set()
    for i in range(n):
        # Mostly an ordinary number, so that a trace is recorded for it.
        out.add(show(f, v if i % 20 == 19 else 0.25))
    return sorted(out)


for name in names:
    f = getattr(math, name)
    for v in values:
        print(name, v if not isinstance(v, int) or abs(v) < 1 << 80 else "huge", *hot(f, v))


def hot2(f, v, w, n=60):
    out = set()
    for i in range(n):
        out.add(show(f, v if i % 20 == 19 else 2.0, w if i % 15 == 14 else 3.0))
    return sorted(out)


for v in (0.0, -1.0, 2, 1e200, inf, nan, "x"):
    for w in (0.0, -1.0, 0.5, 1e10, -inf):
        print("pow", v, w, *hot2(math.pow, v, w))
        print("atan2", v, w, *hot2(math.atan2, v, w))


def sums(n):
    a = b = 0.0
    c = 0
    for i in range(n):
        a += math.sqrt(i) + math.sqrt(i * 0.5)
        b += math.sin(i * 0.01) * math.exp(-i * 0.001)
        c += math.floor(i * 0.3) - math.ceil(i * -0.7) + math.trunc(-i / 3)
    return round(a, 6), round(b, 9), c


print(sums(3000))
math_sqrt = math.sqrt
math.sqrt = lambda x: -1.0
print(sums(300))
math.sqrt = math_sqrt
print(sums(300))
