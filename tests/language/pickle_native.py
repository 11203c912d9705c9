"""pickle by its native machinery: every protocol, classes of every kind, hooks, files, errors and their notes."""
import _pickle
import collections
import copyreg
import datetime
import enum
import io
import pickle
import sys
import pickletools


def attempt(f, *args, **kwargs):
    try:
        return ascii(f(*args, **kwargs))
    except Exception as e:
        return f"{type(e).__name__}: {e} {getattr(e, '__notes__', '')}"


print(pickle.Pickler, pickle.Unpickler, pickle.dumps, pickle.PickleBuffer, pickle.PicklingError.__mro__)


class Plain:
    pass


class Slots:
    __slots__ = ("a", "b")


class NewArgs(int):
    def __new__(cls, n, extra=None, *, key=None):
        self = super().__new__(cls, n)
        self.all = (n, extra, key)
        return self

    def __getnewargs_ex__(self):
        return (self.all[0], self.all[1]), {"key": self.all[2]}


class Bag(list):
    state = "bag's state"

    def __setstate__(self, state):
        self.state = state

    def __getstate__(self):
        return "bag's state"


class Mapping(dict):
    pass


class Color(enum.Enum):
    RED = 1


class Outer:
    class Inner:
        pass

    def method(self):
        pass


def function():
    pass


def shown(v, depth=0):
    if isinstance(v, Slots):
        return f"Slots({v.a!r}, {getattr(v, 'b', None)!r})"
    if isinstance(v, (Plain, Outer.Inner)):
        return f"{type(v).__qualname__}({v.__dict__ if depth < 2 else '...'})"
    if isinstance(v, NewArgs):
        return f"NewArgs{v.all}"
    if isinstance(v, Bag):
        return f"Bag({list(v)}, {v.state!r})"
    return ascii(v)


plain, slots, inner = Plain(), Slots(), Outer.Inner()
plain.x, plain.y, slots.a = 1, [2], 3
loop, pair, ring = [], ([],), {}
loop.append(loop)
pair[0].append(pair)
ring["self"] = ring
frozen = frozenset({Color.RED})
values = [
    None, True, False, 0, 1, 255, 256, 65535, 65536, -1, -(2**31), 2**31, -(2**31) - 1, 2**63, -(2**100), 10**700, 1.5, -0.0,
    float("inf"), "", "text", "\u0394\ud800\n\\\0\x1a", "x" * 300, b"", b"bytes\xff", b"y" * 300, bytearray(b"array"), (), (1,),
    (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], list(range(1500)), {}, {"a": 1}, {i: str(i) for i in range(1200)}, set(),
    {7}, frozen, plain, slots, inner, NewArgs(5, 6, key=7), Bag([1, 2]), Mapping(a=1), collections.OrderedDict(b=2),
    collections.deque([1], 3), Color.RED, datetime.date(2024, 2, 29), Plain, Outer.Inner, Outer.method, function, len, type(None),
    type(...), NotImplemented, ..., 1 + 2j, range(3), slice(1, 2), ValueError("bad", 1), "shared", ["shared", "shared"],
]
for protocol in range(6):
    for v in values:
        if v is slots and protocol < 2:
            print(attempt(pickle.dumps, v, protocol))
            continue
        data = pickle.dumps(v, protocol)
        pickletools.optimize(data)
        same = shown(pickle.loads(data)) == shown(v) and data == pickle._dumps(v, protocol)
        if not same or len(data) < 12:
            print(protocol, data, same)
    a = pickle.loads(pickle.dumps(loop, protocol))
    b = pickle.loads(pickle.dumps(pair, protocol))
    c = pickle.loads(pickle.dumps(ring, protocol))
    x, y = pickle.loads(pickle.dumps([plain, plain], protocol))
    print(protocol, a[0] is a, b[0][0] is b, c["self"] is c, x is y)

big = ["z" * 70000, b"w" * 70000, bytearray(70000), list(range(30000))]
for protocol in range(6):
    print(protocol, pickle.loads(pickle.dumps(big, protocol)) == big, pickle.dumps(big, protocol) == pickle._dumps(big, protocol))

# Files, one pickle after the other; a memo that is kept.
out = io.BytesIO()
pickler = pickle.Pickler(out, 2)
pickler.dump(["a", plain])
pickler.dump("a")
print(len(pickler.memo.copy()), pickler.bin, pickler.fast)
pickler.clear_memo()
pickler.dump("a")
out.seek(0)
reader = pickle.Unpickler(io.BufferedReader(out))
print(reader.load()[0], reader.load(), sorted(map(str, reader.memo.copy().values()))[-1], reader.load(), attempt(reader.load))


# Hooks.
class Hooked(pickle.Pickler):
    def persistent_id(self, o):
        return "plain" if isinstance(o, Plain) else super().persistent_id(o)

    def reducer_override(self, o):
        if isinstance(o, Outer.Inner):
            return str, ("inner",)
        return NotImplemented


class Finding(pickle.Unpickler):
    def persistent_load(self, pid):
        return ["loaded", pid]

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in 0, 2, 5:
    out = io.BytesIO()
    Hooked(out, protocol).dump([plain, inner])
    print(shown(Finding(io.BytesIO(out.getvalue())).load()[:2]))
pickler = pickle.Pickler(io.BytesIO())
pickler.dispatch_table = {Plain: lambda o: (str, ("table",))}
pickler.dump(plain)
copyreg.pickle(Slots, lambda o: "slots")
print(pickle.loads(pickle.dumps(slots)) is slots)
del copyreg.dispatch_table[Slots]
copyreg.add_extension(__name__, "Plain", 240)
print(pickle.dumps(Plain, 2), pickle.loads(pickle.dumps(plain)).x)
copyreg.remove_extension(__name__, "Plain", 240)
buffers = []
data = pickle.dumps([pickle.PickleBuffer(b"out"), pickle.PickleBuffer(bytearray(b"band"))], 5, buffer_callback=buffers.append)
print(data, pickle.loads(data, buffers=[bytes(b) for b in buffers]), bytes(buffers[0].raw()), attempt(pickle.loads, data))


# Errors.
class Reduces:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


def local():
    def nested():
        pass
    return nested


for value in 1, (), (1, ()), (int, 1), (int, (), None, [1]), (int, (), None, None, {}), (int, (), 1, None, None, 1), "missing":
    print(attempt(pickle.dumps, Reduces(value)).split(" at 0x")[0])
for v in local(), [lambda: 1], {"k": (1, local())}, iter([]), {local()}:
    print(attempt(pickle.dumps, v).replace(hex(id(v)), "").split(" at 0x")[0])
print(attempt(pickle.dumps, 1, 9), attempt(pickle.dumps, 1, buffer_callback=print, protocol=4), attempt(pickle.dump, 1, 2))
for data in [
    b"", b".", b"N", b"0.", b"(.", b"t.", b"\x80\x09.", b"h\x05.", b"cmissing_module\nx\n.", b"cos\nmissing\n.", b"Ix\n.", b"I01\n.",
    b"I010\n.", b"L5L\n.", b"F1.5\n.", b"Fx\n.", b"S'abc'\n.", b"Sabc\n.", b"U\x03a\xffc.", b"\x8c\x05ab.", b"X\x05\0\0\0ab.",
    b"V\\u0394\n.", b"(I1\nI2\nl.", b"(I1\nI2\nd.", b"NNR.", b"cbuiltins\nint\nNR.", b"cbuiltins\nint\n)\x81.", b"N)\x81.", b"NNb.",
    b"\xff", b"'", b"P1\n.", b"\x82\x07.", b"\x97.", b"]N.", b"(NN\x90.", b"\x95\x02\0\0\0\0\0\0\0NN.", b"\x95\x09\0\0\0\0\0\0\0N.",
    b"(i__main__\nPlain\n.", b"(cbuiltins\nlist\no.", b"N2t.", b"p-1\n.", b"g7\n.", b"(N1N.", b"K\x01\x85.",
]:
    print(data, attempt(pickle.loads, data).split(" object at")[0])
print(pickle.loads(b"U\x03a\xffc.", encoding="latin-1"), pickle.loads(b"U\x03a\xffc.", encoding="bytes"))
print(pickle.loads(b"c__builtin__\nxrange\n."), attempt(pickle.loads, b"c__builtin__\nxrange\n.", fix_imports=False))
print(attempt(_pickle.Pickler.__new__(_pickle.Pickler).dump, 1), attempt(_pickle.Unpickler.__new__(_pickle.Unpickler).load))

# Iterators of ranges whose next number would not fit a word.
for bounds in ((1, 2, sys.maxsize), (-1, -2, -sys.maxsize - 1), (1, sys.maxsize, sys.maxsize), (0, 10, 3)):
    rest = iter(range(*bounds))
    print(bounds, list(pickle.loads(pickle.dumps(rest))), next(rest), list(pickle.loads(pickle.dumps(rest))))
