"""json by its native reader and writer: results, errors and their places, hooks, notes."""
import json
from json import encoder, scanner
from json.decoder import scanstring


def attempt(f, *args, **kwargs):
    try:
        return ascii(f(*args, **kwargs))
    except Exception as e:
        return f"{e!r} {getattr(e, '__notes__', '')}"


print(encoder.c_make_encoder, scanner.c_make_scanner, scanstring)

for text in [
    '{"a": [1, -2.5, 1e3, true, false, null], "a": 2}', " [ ] ", "{ }", "-0", "-0.0", "01", "1.", "1e", "-", "", "nul",
    "123456789012345678", "-1234567890123456789", "123456789012345678901234567890", "1e400", "NaN", "-Infinity",
    "[1,]", "[1 2]", "[,", "[", '{"a"', '{"a":', '{"a":1,}', '{"a":1', "{a", '{"a" 1}', '"abc', '"a\\', '"\\x"',
    '"\\u12', '"\\u12g4"', '"\\ud83d\\ude00"', '"\\ud83d\\u0041"', '"\\ud83d', '"\x01"', '"\u0394\\n"', '"\U0001F600"',
    '{"\\u0041": 1, "A": 2}', "\ufeff1", "1 2",
]:
    print(ascii(text), attempt(json.loads, text))
for end in -1, 0, 1, 2, 5:
    print(attempt(scanstring, '"a"', end), attempt(scanstring, '"\x01"', end, False))
print(attempt(scanner.c_make_scanner(json.JSONDecoder()), "[1]", -1), attempt(scanner.c_make_scanner, 1))

nested = '{"a": {"b": [1.5, 2, NaN]}}'
for hooks in [
    {"object_hook": lambda d: ("hook", d)}, {"object_pairs_hook": lambda p: ("pairs", p)}, {"parse_int": lambda s: s + "i"},
    {"parse_float": lambda s: s + "f"}, {"parse_constant": lambda s: s + "c"}, {"object_hook": lambda d: 1 / 0},
]:
    print(attempt(json.loads, nested, **hooks))
a, b = json.loads('[{"key": 1}, {"key": 2}]')
print(next(iter(a)) is next(iter(b)))


class Text(str):
    pass


class Number(int):
    def __repr__(self):
        return "not this"


class Real(float):
    def __repr__(self):
        return "not this"


class Map(dict):
    def items(self):
        return [("own", 1), ("items", 2)]


class Thing:
    pass


loop = []
loop.append(loop)
for value in [
    [1, -5, 10**30, True, None, 1.5, 1e22, -0.0, float("nan")], ("t",), Text("\x1f\x7f\"\\/"), "\u0394\ud800\U0001F600",
    Number(7), Real(2.5), {1: 2, 2.5: 3, None: 4, True: 5, Number(8): 6, Text("k"): 7}, Map(a=1), Map(), {}, [], [[], {}],
    {(1, 2): 3}, {"a": [Thing()]}, [{1: Thing()}], loop, b"x", {"b": 1, "a": [1, {"c": 2}]},
]:
    print(attempt(json.dumps, value))
    print(attempt(json.dumps, value, indent=2, sort_keys=True, skipkeys=True, ensure_ascii=False))
print(json.dumps({(1,): 2}, skipkeys=True, indent=1), json.dumps([1, {"a": 2}], indent="--", separators=(";", "=")))
print(attempt(json.dumps, [float("inf")], allow_nan=False), attempt(json.dumps, {float("inf"): 1}, allow_nan=False))
print(json.dumps([Thing()], default=lambda o: type(o).__name__), attempt(json.dumps, Thing(), default=lambda o: o))
print(attempt(json.dumps, {2: 1, "a": 2}, sort_keys=True))


class Encoder(json.JSONEncoder):
    def default(self, o):
        numbers.append(4)
        return "thing"


numbers = [Thing(), 1]
print(Encoder().encode(numbers))
make = encoder.c_make_encoder
print(attempt(make, 1, None, None, None, ":", ",", False, False, False))
print(attempt(make, None, None, None, None, ":", 1, False, False, False))
print(attempt(make(None, None, lambda s: 1, None, ":", ",", False, False, False), ["a"], 0))
print(attempt(make({}, None, lambda s: "<" + s + ">", None, ":", ",", False, False, False), ["a", {"b": 1}], 0))
print(attempt(encoder.encode_basestring, 1), encoder.encode_basestring("\u0394\x00\""), encoder.encode_basestring_ascii("\u0394\x7f"))
for deep in "[" * 200000, '{"a":' * 200000:
    try:
        json.loads(deep)
    except RecursionError as e:
        print(str(e).split(")")[1])
