"""Writes cases.txt: method calls on str, bytes, bytearray and memoryview, with what CPython 3.14 answers.

    python3.14 runtime/tests/text/generate.py

A line is `receiver<TAB>method<TAB>arguments (a tuple)<TAB>keywords (a dict)<TAB>answer`: all are literals as `ascii`
prints them, with `bytearray(b'...')` and `memoryview(b'...')`; an answer that is an exception is `! Class: message`.
Methods: a method's name; `%`, `+`, `*`, `in`, `[]`, `==`, `<`, `str`, `repr`, `ascii`, `hash`, `list`, `format`, `new`.
"""
import operator
import os

A, B = bytearray, memoryview
strings = ["", "abc", "aXbXc", "  a b  c ", "é€𝄞", "Straße ŉ ǆ", "ΑΣ ΑΣΑ Σ İ", "a\tb\n\rc\r\nd\x1ce\x85f\u2028g", "١٢³Ⅷ", "they're Bill's",
           "\ud800a\udc80", "+12", "-7", "x" * 40, "aaaaa", "'\"\\\x7f\xad\u0378\U0010ffff", "1_0", "_a1", "é1"]
datas = [b"", b"abc", b"aXbXc", b"  a b  c ", b"a\tb\n\rc\r\nd\x1c\x85", b"-12", b"they're Bill's", bytes(range(256)), b"aaaaa", b"\xff\xe9"]
cases = []


def add(receiver, method, *args, **kwargs):
    cases.append((receiver, method, args, kwargs))


PLAIN = "upper lower title capitalize swapcase isascii islower isupper istitle isspace isalpha isalnum isdigit splitlines split rsplit strip lstrip rstrip expandtabs".split()
for s in strings:
    for m in PLAIN + "casefold isdecimal isnumeric isidentifier isprintable repr ascii list __getnewargs__".split():
        add(s, m)
    add(s, "splitlines", True)
    add(s, "splitlines", keepends=1)
    for args in [(None, 1), (None, 0), ("X",), ("X", 1), ("a",), ("",), (1,), ("aa", 2), ("é",)]:
        add(s, "split", *args)
        add(s, "rsplit", *args)
    for args in [("a",), ("X",), ("",), ("aa",), ("c", -1), ("a", 1), ("a", 1, 2), ("a", None, 3), ("", 100), ("€",), ("𝄞",), (1,), (), ("a", "x"), ("a", 10 ** 30), ("a", -10 ** 30, 10 ** 30)]:
        for m in "find rfind index rindex count".split():
            add(s, m, *args)
    for args in [("a",), ("",), (("x", "a", ""),), (("x", 1),), (1,), ("b", 1), ("b", 1, 2), ("c", -1), ("", 100)]:
        add(s, "startswith", *args)
        add(s, "endswith", *args)
    for args in [("X",), ("",), (1,), (" ",), ("é",), (b"a",)]:
        for m in "partition rpartition removeprefix removesuffix".split():
            add(s, m, *args)
    for args in [("a",), (" ac",), (1,), (None,), ("",), ("éx",), (b"a",)]:
        for m in "strip lstrip rstrip".split():
            add(s, m, *args)
    for args in [("X", "yy"), ("a", ""), ("", "-"), ("", "-", 2), ("a", "é", 1), ("aa", "b"), ("a", "a"), ("é", "€"), (1, 2), ("a",), ("a", "b", 0)]:
        add(s, "replace", *args)
    add(s, "replace", "a", "b", count=1)
    for args in [(8,), (9, "*"), (10, "é"), (3,), (-1,), (5, "ab"), (5, 1), ("x",), ()]:
        for m in "center ljust rjust".split():
            add(s, m, *args)
    for w in [0, 5, 10, "x"]:
        add(s, "zfill", w)
        add(s, "expandtabs", w)
    for e in ["utf-8", "ascii", "latin-1", "utf-16", "utf-16-be", "utf-32", "nope", "UTF8", "utf_8"]:
        if e != "nope":
            for h in ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogatepass", "surrogateescape"]:
                add(s, "encode", e, h)
    add(s, "encode")
    add(s, "encode", 1)
    add(s, "encode", errors="strict")
    for i in [0, 1, -1, 100, -100, slice(1, 3), slice(None, None, -1), slice(None, None, 2), slice(3, 1), slice(-2, None), "x", 1.5, 10 ** 30]:
        add(s, "[]", i)
    for n in [0, 1, 3, -1, 2 ** 63, "x", 1.5]:
        add(s, "*", n)
    for o in ["", "x", "€", "𝄞", 1, b"a"]:
        add(s, "+", o)
        add(s, "in", o)
        add(s, "==", o)
        add(s, "<", o)
    add(s, "join", ["a", "b", "é"])
    add(s, "join", ("a",))
    add(s, "join", [])
    add(s, "join", "xyz")
    add(s, "join", [1])
    add(s, "join", ["a", 1])
    add(s, "join", 1)
    for t in [{97: None, 98: "xy", 99: 0x20ac}, {97: 1.5}, {97: 0x110000}, 1, "xyz", {233: "e"}, [1]]:
        add(s, "translate", t)
    for spec in ["", "10", "<10", ">10", "^11", "*^10.2", "s", "d", "=5", "+", ".1", "05", "é^9", "z", "#", ",", "10.3s", " "]:
        add(s, "__format__", spec)
        add(s, "format", spec)
for args in [({"a": 1, 98: None},), ("ab", "cd"), ("ab", "cd", "e"), ("ab", "c"), (1,), (1, "a"), ("a", 1), ("a", "b", 1), ({"ab": 1},), ({1.5: 1},)]:
    add("", "maketrans", *args)
for f, a in [("%d", "x"), ("%x", 1.5), ("%d", 1.7), ("%c", "ab"), ("%c", 1.5), ("%c", -1), ("%c", 0x110000), ("%f", "x"), ("%s", ()), ("%s", (1, 2)), ("%(a)s", 3), ("%*d", ("a", 1)), ("%", 1), ("%(a", {}), ("%y", 1), ("%y", ()), ("%.*d", (1, "x")), ("%c", b"a"), ("abc", 3), ("abc", {}), ("%i", None), ("%o", 1.0), ("%(a)", {"a": 1}), ("%5", 1), ("%\u20ac", 1), ("%r %a", ("é", "é")), ("%%", ()), ("%%", 1), ("%5%", ()), ("%ld", 5), ("%lld", 5), ("%hs", 5), ("%-05d|", 5), ("%+ d", 5), ("%#.5x", 10), ("%#010x", 10), ("%.0f", 0.5), ("%#.0f", 1.0), ("%05s", "a"), ("%.2s", "abc"), ("%08.3f", -1.5), ("%c", "\u20ac"), ("%c", 0x20ac), ("%x", -255), ("%#o", -8), ("%.3d", -5), ("%+.3d", 5), ("%06.3d", 5), ("%s %(a)s", {"a": 1}), ("%(a)s %s", {"a": 1}), ("%X", 255), ("%#X", 255), ("%(a)*d", {"a": 1}), ("%*d", (-5, 1)), ("%-*d|", (5, 1)), ("%.*d", (-5, 1)), ("%05f", float("inf")), ("%05d", -3), ("%e", 12345.678), ("%g", 1e-5), ("%G", 1e20), ("%#g", 1.0), ("%10.4e|", 3.14159), ("%d", 10 ** 30), ("%x", 10 ** 30), ("%(a(b))s", {"a(b)": 5}), ("%s%%%s", (1, 2)), ("%s", [1]), ("%s", "x"), ("é%s", "€"), ("%d%d", (1,)), ("%.3s|%5.1s", ("abcdef", "xyz")), ("%u", -3), ("%i", True), ("% 5d", 3), ("%-+5d|", 3), ("%s", None), ("%r", "a'b"), ("%3c|", "x"), ("%-3c|", "x")]:
    add(f, "%", a)
    if f.isascii():
        conv = (lambda v: v.encode() if isinstance(v, str) and v.isascii() else v)
        b = tuple(map(conv, a)) if isinstance(a, tuple) else {conv(k): conv(v) for k, v in a.items()} if isinstance(a, dict) else conv(a)
        add(f.encode(), "%", b)
        add(A(f.encode()), "%", b)
        add(f.encode(), "%", a)
for f, a, k in [("{", (), {}), ("}", (), {}), ("{}", (), {}), ("{0}{}", (1,), {}), ("{}{0}", (1,), {}), ("{0.}", (1,), {}), ("{0[}", (1,), {}), ("{0[]}", (1,), {}), ("{!x}", (1,), {}), ("{!}", (1,), {}), ("{!r", (1,), {}), ("{!rx}", (1,), {}), ("{a}", (), {}), ("{0", (1,), {}), ("{:{}{}}", (1, 2), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{:{", (1,), {}), ("{!\u20ac}", (1,), {}), ("{99999999999999999999}", (), {}), ("{{}}", (), {}), ("{0[5]}", ([],), {}), ("{:}}", (1,), {}), ("a{{b}", (), {}), ("a{b}{", (), {"b": 1}), ("{!r:>10}", ("a",), {}), ("{0!r:{1}}", ("a", ">5"), {}), ("{.real}", (1,), {}), ("{[0]}", ("ab",), {}), ("{[a]}", ({"a": 1},), {}), ("{[-1]}", ({"-1": 1},), {}), ("{-1}", (), {}), ("{a:>{w}}|", (), {"a": 1, "w": 5}), ("{0:.2f} {0:e} {1:x} {2!a}", (3.14159, 255, "é"), {}), ("{:,} {:_x} {:%}", (1234567, 0xabcdef, 0.5), {}), ("{a}{b!s}", (), {"a": "é", "b": "€"}), ("{} {} {}", (None, True, 1.0), {}), ("{:5}|{:<5}|{:^5}|", (1, 2, 3), {}), ("{0}", (b"a",), {}), ("{:d}", ("x",), {}), ("{:10}", ([1],), {}), ("{0:c}", (0x20ac,), {})]:
    add(f, "format", *a, **k)
    add(f, "format_map", k)
for v, spec in [(1, "5"), (255, "#x"), (1.5, "08.3f"), (1 + 2j, ".2f"), (True, "d"), (True, ""), (10 ** 30, ","), (10 ** 30, "e"), (-5, "b"), (1.0, "q"), (None, "5"), ([], ""), ([], "x"), (10 ** 400, "f"), (3, "n"), (1e300, "n"), ("a", 1), (0.1, ".10,f"), (1e10, "_.2f"), (12345.678, ".3_f"), (float("nan"), "010"), (5, "c"), (-1, "c"), (1j, ""), (1j, "05"), (0.0, "z"), (-0.0, "z.0f"), (1234567.891, "g"), (1e-7, ""), (123, "=+10"), (123, "+=10"), (123, "x<10"), (7, "03b"), (2 ** 64, "x"), (2 ** 64, "_d")]:
    add(v, "format", spec)
for d in datas:
    for r in (d, A(d)):
        for m in PLAIN + "repr list str".split():
            add(r, m)
        for args in [(None, 1), (b"X",), (b"X", 1), (b"",), ("a",), (A(b"a"), 1), (B(b"a"),)]:
            add(r, "split", *args)
            add(r, "rsplit", *args)
        for args in [(b"a",), (97,), (300,), (-1,), ("a",), (b"",), (b"X", 1, 3), (b"c", -1), (), (b"", 999), (A(b"b"),)]:
            for m in "find rfind index rindex count".split():
                add(r, m, *args)
        for args in [(b"a",), (b"",), ((b"x", b"a"),), ((b"x", "a"),), ("a",), (b"b", 1)]:
            add(r, "startswith", *args)
            add(r, "endswith", *args)
        for args in [(b"X",), (b"",), ("a",), (1,), (A(b" "),)]:
            for m in "partition rpartition removeprefix removesuffix strip".split():
                add(r, m, *args)
        for args in [(b"X", b"yy"), (b"a", b""), (b"", b"-"), (b"", b"-", 2), (b"a", b"b", 1), ("a", "b"), (b"a",)]:
            add(r, "replace", *args)
        for args in [(8,), (9, b"*"), (5, b"ab"), (5, "a"), (10, A(b"x")), (3,)]:
            for m in "center ljust rjust".split():
                add(r, m, *args)
        for args in [(), ("ascii",), ("latin-1",), ("ascii", "replace"), ("utf-8", "surrogateescape"), ("utf-8", "backslashreplace"), ("utf-8", "ignore"), (1,), ("utf-16", "replace"), ("utf-32", "ignore"), ("ascii", "xmlcharrefreplace")]:
            add(r, "decode", *args)
        for args in [(), (":",), (":", 2), (b"-", -3), (":", 0), ("ab",), ("\u20ac",), (1,)]:
            add(r, "hex", *args)
        for args in [(None, b"a"), (bytes(range(256))[::-1],), (b"abc",), (None, "a"), (None,), ("a",)]:
            add(r, "translate", *args)
        for i in [0, -1, 1000, slice(1, 3), slice(None, None, -1), slice(None, None, 2), "x", 1.5]:
            add(r, "[]", i)
        for n in [0, 1, 3, -1, "x"]:
            add(r, "*", n)
        for o in [b"", b"x", A(b"abc"), B(b"abc"), "a", 97, 300, 1.5]:
            add(r, "+", o)
            add(r, "in", o)
            add(r, "==", o)
            add(r, "<", o)
        for x in [[b"a", A(b"b"), B(b"c")], [], ["a"], [b"a", 1], 1]:
            add(r, "join", x)
        add(r, "zfill", 6)
        add(r, "zfill", "x")
    add(B(d), "tolist")
    add(B(d), "tobytes")
    add(B(d), "hex", ":")
    add(B(d), "==", d)
    add(B(d), "hash")
    for i in [0, -1, 1000, slice(1, 3), slice(None, None, 2), "x", (0,), (0, 0)]:
        add(B(d), "[]", i)
    for f in ["B", "b", "c", "H", "i", "d", "?", "Z", "@q", "<q", "e"]:
        add(B(d), "cast", f)
    add(B(d), "cast", "B", [2, 3])
    add(B(d), "count", 97)
    add(B(d), "index", 97)
for v in [1, -1, [1, 2], (3,), {4: 5}, [300], ["a"], 1.5, None, "a", b"x", A(b"y"), B(b"z"), 0, 10 ** 30]:
    add(b"", "new", v)
    add(A(b""), "new", v)
    if not isinstance(v, B):
        add("", "new", v)
for args in [("a", "ascii"), (1, "ascii"), (b"a", "ascii"), ("é", "ascii"), ("é", "ascii", "replace"), ("a", 1), (1, 2, 3, 4), ()]:
    add(b"", "new", *args)
    add(A(b""), "new", *args)
    add("", "new", *args)
for k in [{"encoding": "a"}, {"errors": "a"}, {"foo": 1}, {"source": 3}, {"object": 3}]:
    add(b"", "new", **k)
    add(A(b""), "new", **k)
    add("", "new", **k)
for h in ["0a FF", "0", "zz", "0g", b"0a", "\u20ac", "00 0", 1, ""]:
    add(b"", "fromhex", h)
    add(A(b""), "fromhex", h)
for args in [(b"ab", b"cd"), (b"a", b"bc"), (1, 2)]:
    add(b"", "maketrans", *args)
for a in [("append", 1), ("append", 300), ("append", "a"), ("extend", b"x"), ("extend", [1, 2]), ("extend", 1), ("extend", "a"), ("extend", [300]), ("insert", 0, 9), ("insert", -1, 9), ("insert", 99, 9), ("insert", "a", 1), ("pop",), ("pop", 0), ("pop", 10), ("pop", "a"), ("remove", 98), ("remove", 1), ("remove", 300), ("resize", 5), ("resize", 1), ("resize", -1), ("clear",), ("reverse",), ("copy",), ("__reduce_ex__", 3), ("__reduce__",),
          ("__setitem__", 0, 1), ("__setitem__", 0, 300), ("__setitem__", 0, "a"), ("__setitem__", 10, 1), ("__setitem__", slice(0, 1), b"xyz"), ("__setitem__", slice(0, 2), "a"), ("__setitem__", slice(0, 2), 5), ("__setitem__", slice(None, None, 2), b"x"), ("__setitem__", slice(None, None, 2), b"xy"), ("__setitem__", slice(0, 2), [1, 2, 3]), ("__delitem__", 0), ("__delitem__", 10), ("__delitem__", slice(None, None, 2)), ("__delitem__", slice(1, None)), ("__iadd__", b"x"), ("__iadd__", 1), ("__imul__", 2), ("__imul__", 0)]:
    add(A(b"abc"), *a)

OPS = {"%": operator.mod, "+": operator.add, "*": operator.mul, "in": lambda a, b: b in a, "[]": operator.getitem, "==": operator.eq, "<": operator.lt,
       "str": str, "repr": repr, "ascii": ascii, "hash": lambda v: hash(v) == hash(bytes(v)), "list": list, "new": lambda r, *a, **k: type(r)(*a, **k)}


def literal(v):
    if isinstance(v, memoryview):
        return f"memoryview({v.tobytes()!r})"
    if isinstance(v, (list, tuple)):
        inner = ", ".join(map(literal, v)) + ("," if isinstance(v, tuple) and len(v) == 1 else "")
        return f"[{inner}]" if isinstance(v, list) else f"({inner})"
    if isinstance(v, type):
        return f"<class {v.__name__!r}>"
    return ascii(v)


seen = set()
lines = []
for receiver, method, args, kwargs in cases:
    is_format_spec = method == "format" and not isinstance(receiver, str)
    before = literal(receiver)
    try:
        if is_format_spec:
            answer = format(receiver, *args)
        elif method in OPS:
            answer = OPS[method](receiver, *args, **kwargs)
        else:
            answer = getattr(receiver, method)(*args, **kwargs)
        answer = literal(answer)
        if isinstance(receiver, bytearray) and literal(receiver) != before:
            answer += " then " + literal(receiver)
        if isinstance(receiver, memoryview) and method in ("[]", "cast") and answer.startswith("memoryview"):
            answer = "view"
    except MemoryError:
        continue
    except Exception as e:
        answer = f"! {type(e).__name__}: " + ascii(str(e))[1:-1].replace("\\'", "'") if '"' not in str(e) else f"! {type(e).__name__}: " + ascii(str(e))[1:-1].replace("\\'", "'")
    line = "\t".join([before, method, literal(args), literal(kwargs), answer])
    assert "\n" not in line
    if line not in seen:
        seen.add(line)
        lines.append(line)
# One in three is enough for a file in the repository; set ALL=1 for all.
if "ALL" not in os.environ:
    lines = lines[::3]
with open(os.path.join(os.path.dirname(__file__), "cases.txt"), "w") as f:
    f.write("\n".join(lines) + "\n")
print(len(lines), "cases")
