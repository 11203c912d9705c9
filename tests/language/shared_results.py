"""What iterators and copies may share, and when nobody may see it."""
import itertools

# Results that are kept stay as they are; results that are not may use the same tuple again.
for make in (
    lambda: zip("abc", [1, 2, 3], (4.0, 5.0, 6.0)),
    lambda: enumerate("abc"),
    lambda: {"a": 1, "b": 2, "c": 3}.items(),
    lambda: reversed({"a": 1, "b": 2, "c": 3}.items()),
    lambda: itertools.product("ab", [1, 2], repeat=2),
    lambda: itertools.permutations("abc", 2),
    lambda: itertools.combinations("abcd", 2),
    lambda: itertools.combinations_with_replacement("abc", 2),
    lambda: itertools.zip_longest("abcd", "e"),
):
    kept = list(make())
    print(kept, len(set(map(id, kept))) == len(kept))
    first = next(iter(make()))
    seen = [first]
    for pair in make():
        if len(seen) < 3:
            seen.append(pair)
    print(seen)
    it = iter(make())
    a = next(it)
    b = next(it)
    del b
    c = next(it)
    print(a, c, hash(c) == hash(tuple(list(c))))
print(list(itertools.product()), list(itertools.product(repeat=3)), list(itertools.permutations([])),
      list(itertools.combinations([], 0)), list(zip()))


class Awkward:
    """An iterator that asks the zip that asks it."""

    def __init__(self):
        self.depth = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.depth += 1
        if self.depth == 2:
            return next(pairs)
        if self.depth > 5:
            raise StopIteration
        return self.depth


pairs = zip(Awkward(), range(10))
print(list(pairs))

# Copies of dicts.
d = {i: str(i) for i in range(20)}
for k in (0, 5, 19):
    del d[k]
copies = [d.copy(), dict(d), {**d}, d | {}, dict.fromkeys(d)]
d[100] = "new"
for c in copies:
    c["own"] = 1
    c.pop(7)
    print(list(c), 100 in c, c[8])
small = {"a": 1, 2: 3}
del small["a"]
small["z"] = 9
e = small.copy()
e["y"] = 1
print(small, e, {**small, **e, "w": 0}, dict(small, k=5))
empty = {}
print(empty.copy(), {**empty}, dict(empty))
f = {}
f.update(d)
f.clear()
f.update(small)
f["more"] = 1
print(f, len(f))
popped = {i: i for i in range(30)}
for _ in range(25):
    popped.popitem()
g = popped.copy()
g.update({i: -i for i in range(3, 40)})
print(popped, g)

# Sets that are thrown away.
for n in (0, 1, 5, 9, 100):
    s = set(range(n))
    s -= {0}
    s.discard(3)
    t = s | {-1}
    t.clear()
    print(len(s), len(t), 4 in s, 3 in s, sorted(s ^ {1, 2, 3})[:4])

m = memoryview(b"hello")
print(m[0], m[-1], m[1:3][0], list(m[::2]), [m[i] for i in range(5)])
for bad in (5, -6, 2**70, "x"):
    try:
        print(m[bad])
    except Exception as e:
        print(type(e).__name__, e)
m.release()
try:
    m[0]
except ValueError as e:
    print(e)
print(memoryview(b"\x01\x02\x03\x04").cast("H")[1] in (0x0403, 0x0304), memoryview(bytes(8)).cast("d")[0])

# Codecs by any of their names.
for name in ("utf-8", "UTF_8", "utf 8", "U8", "ascii", "US-ASCII", "646", "latin-1", "ISO_8859-1", "L1", "utf-16-le", "Utf_32_BE"):
    print(name, "ab\n".encode(name), "ab\n".encode(name).decode(name) == "ab\n")
for name in ("no-such-codec-at-all", "", "\xe9", "utf-8\0"):
    try:
        "x".encode(name)
    except Exception as e:
        print(type(e).__name__, e)
try:
    "\xe9".encode("ascii")
except UnicodeEncodeError as e:
    print(e)
print(b"\xc3\xa9".decode(), b"\xe9".decode("latin1"), b"abc".decode("ascii"), b"".decode(), repr("".encode()))

# Methods of numbers, and attributes of classes that their metaclasses have, too.
def methods(x):
    return [x.bit_length(), x.to_bytes(2, "big"), x.conjugate(), x.__add__(1), x.real]


for x in (5, True, 300, 2**10):
    print(methods(x))
print([y.is_integer() for y in (1.0, 2.5, 1e300)], [z.__class__ for z in (1, 1.0, None, "", [], int, print)])
for c in (int, str, dict, type, object, list):
    print(c.__repr__.__qualname__, c.__hash__ is None, c.__init__.__qualname__, c.__name__)


class Meta(type):
    def __repr__(cls):
        return "<meta>"

    def shadow(cls):
        return "meta"

    @property
    def fixed(cls):
        return "property"


class WithMeta(metaclass=Meta):
    shadow = staticmethod(lambda: "own")
    fixed = 1

    def __repr__(self):
        return "<instance>"


for _ in range(3):
    print(WithMeta.shadow(), WithMeta.fixed, WithMeta.__repr__(WithMeta()), repr(WithMeta), WithMeta().__class__.__name__)


class Other:
    pass


def class_of(x):
    return x.__class__


x = Other()
print(class_of(x), end=" ")
x.__class__ = type("Changed", (), {})
print(class_of(x))


class Lies:
    @property
    def __class__(self):
        return int


print(class_of(Lies()), isinstance(Lies(), int), class_of(Other()).__name__)
for text, old, new in (("aaa", "aa", "b"), ("hello foo foo", "foo", "x"), ("x" * 70 + "foo", "foo", "longer"), ("", "a", "b"),
                       ("abc", "", "-"), ("aXbX", "X", ""), ("\u1234b\u1234", "\u1234", "a"), ("short", "much longer than it", "")):
    print(repr(text.replace(old, new)), text.replace(old, new, 1) == text, text.count(old), text.find(old), text.rfind(old),
          text.startswith(old), text.endswith(new))
