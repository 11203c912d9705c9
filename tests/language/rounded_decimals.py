"""`%.nf`, `round(x, n)` and format specs: exact decimal rounding, halves to even."""
import random

HALVES = [0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1.005, 0.045, 1e22, 1e23, 123456789.125, 5e-324, 2.2250738585072014e-308,
          1.7976931348623157e308, 9007199254740993.0, 0.1, 0.2, 1 / 3, 2 / 3, 99.995, 999999.9999999999, 1e-7, 0.0, -0.0,
          4503599627370495.5, 4503599627370496.5, 1e15 + 0.3, 8.5e-5, 2**70 + 0.0, 2.0**-30]
for x in HALVES:
    for y in (x, -x):
        print("%r" % y, *("%.*f" % (n, y) for n in (0, 1, 2, 3, 10, 17, 22, 23, 30)))
        print(*(round(y, n) for n in (0, 1, 2, 3, 10, 15, 16, 17, 22, 23, 300)))
        print(f"{y:.2f}|{y:10.1f}|{y:<12.3f}|{y:+.0f}|{y:#.0f}|{y:,.2f}|{y:012.4f}|{y:.1%}|{y:.3F}|{y:z.0f}")
random.seed(7)
total = 0
for _ in range(3000):
    x = random.uniform(-1000, 1000) * 10 ** random.randrange(-12, 12)
    n = random.randrange(0, 25)
    text = "%.*f" % (n, x)
    total = (total * 31 + hash(text.count("1") * 100 + len(text)) + text.rfind("7")) % 1000000007
    total = (total + hash(round(x, n))) % 1000000007
print(total)
for i in range(200):
    x = i / 8
    print("%.2f %.1f %.0f" % (x, x, x), round(x, 2), round(x, 1), round(x), end=";")
print()

# Ints and strs in the same ways.
for i in (0, 7, -7, 255, -255, 2**61, -(2**61), 2**63, 2**80, -(2**80), True):
    print("%d %i %5d %-5d| %+d %x %#x %X %o %#o %s %r" % ((i,) * 12), hex(i), oct(i), bin(i))
    print(f"{i:d} {i:5} {i:<5}| {i:+} {i:x} {i:#x} {i:#b} {i:_b} {i:,} {i:08} {i!r:>6}")
print("%s and %s" % ("a", "\u1234"), "%5s|%-5s|%.1s" % ("ab", "cd", "ef"), "%%%s%%" % 1, "%c%c" % (65, "B"), "%a" % "\xe9")
for bad in ("%d" , "%s %s", "%", "%q", "%z d", "%(x)s"):
    try:
        print(bad % ("text",))
    except Exception as e:
        print(type(e).__name__, e)


class Text(str):
    def __str__(self):
        return "own"

    def __format__(self, spec):
        return f"<{spec}>"


class Number(float):
    def __str__(self):
        return "number"


print(f"{Text('x')}", f"{Text('x'):5}", f"{Number(1.5)}", f"{Number(1.5):.2f}", "%s %s" % (Text("y"), Number(2)))
