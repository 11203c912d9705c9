"""Strings that are put together, taken apart and sorted: the widths of characters, and what is written without a copy."""
import io
import struct

wide = ["a", "é", "ż", "\U0001f600", "ÿ", "Ā", "", "abcdefgh", "abcdefghi", "\0", "a\0", "ab", "ÿb", "Āa", "ÿ\0"]
print(sorted(wide))
print(sorted([a + b for a in wide for b in wide]) == sorted(sorted([a + b for a in wide for b in wide], key=list)))
print(sorted((a + b for a in wide for b in wide), reverse=True)[:5])
for s in "it's", 'say "x"', "both ' and \"", "back\\slash", "é\n\t\x7f\xa0\xad", "ż'", "\ud800", "", "plain":
    print(repr(s), ascii(s), [s], (s,), {s: s}, {s}, "%r|%s|%a" % (s, s.encode("utf-8", "replace"), s), f"{s!r}")
print([1, -5, 1.5, 1e300, True, None, 1 << 70, "x", b"y", [2.0, (3,)], {"k": [4]}])
for template, value in [("%d", 12345), ("%5d|", -42), ("%-8d|", 7), ("%08d", -7), ("%+d", 3), ("% d", 3), ("%x", 255),
                        ("%#x", -255), ("%#010X", 255), ("%o", 8), ("%#o", 8), ("%.5d", 42), ("%08.5d", -42),
                        ("%-#12x|", 255), ("%i", True), ("%d", 2.9), ("%x", 1 << 70), ("%+.3e", 12345.678),
                        ("%010.2f", -1.5), ("%#.0f", 3.0), ("%-10s|", "ab"), ("%.2s", "abc"), ("%c", 8364)]:
    print(template, template % value, end=" ")
    if value != 8364 and type(value) is not str:
        print(template.encode() % value, end="")
    print()
print(b"%s %r %a %b %c %d" % (b"x", "é", "é", b"y", 65, 7))
for spec in "", "5d", "<5", "^7d", "+", "08b", "#x", "#010X", "_b", ",", "o", "c":
    print(repr(format(97, spec)), repr(format(-97, spec)) if spec != "c" else "", end=" ")
print()
for text in "hello world", "ÉCOLE ß ǆ", "ΑΣ ΣΑ", "x", "", "ﬁn", "o'neil's BIG-day 3x":
    print(text.title(), text.capitalize(), text.swapcase(), text.upper(), text.lower(), text.casefold())
print("a-b-c".replace("-", "+"), "aaa".replace("a", "bb"), "aXbX".replace("X", ""), "aXbX".replace("X", "YY", 1),
      "aéa".replace("a", "é"), "aéa".replace("é", "ż"), "ababab".replace("aba", "x"), b"a-b".replace(b"-", b"--"))
hay = "x" * 50 + "żółw" * 20 + "end"
print(hay.find("ółwż"), hay.find("end"), hay.rfind("ż"), hay.count("ż"), hay.find("q"), "Ā" in hay, hay.replace("żółw", "ab")[45:70])
table = {ord("a"): "xyz", ord("b"): None, ord("c"): 0x17c, ord("d"): ord("D")}
print("abcdabcd".translate(table), "żabć".translate(table), ("abcd" * 3).translate(str.maketrans("ad", "da")))
data = "zażółć\r\ngęślą \U0001f600 jaźń\rend é\n" * 3
print(data.encode().decode() == data, len(data.encode()), data.encode("utf-16").decode("utf-16") == data)
for newline in None, "", "\n", "\r\n":
    f = io.TextIOWrapper(io.BytesIO(data.encode()), encoding="utf-8", newline=newline)
    print(list(f), f.newlines)
for text, base in [(" 42 ", 10), ("ff", 16), ("-Zz", 36), ("1_000", 10), ("0b11", 0), ("12", 2), ("", 10), ("7", 7), ("777777777777", 8)]:
    try:
        print(int(text, base), end=" ")
    except ValueError as e:
        print(e, end=" ")
print()
packed = struct.pack("<bBhHiIqQ?fd3s", -1, 2, -3, 4, -5, 6, -7, 2**64 - 1, True, 0.5, -0.25, b"abcd")
print(packed, struct.unpack("<bBhHiIqQ?fd3s", packed))
packed = struct.pack(">bBhHiIqQefd", -1, 2, -3, 4, -5, 6, -7, 2**63, 1.5, 0.5, -0.25)
print(packed, struct.unpack(">bBhHiIqQefd", packed), struct.unpack_from(">h", packed, 2), list(struct.iter_unpack(">hB", packed[:6])))
print(len(struct.pack("200s5i", b"x", *range(5))), struct.unpack("", b""), struct.unpack("=3s0i", b"abc"))
for bad in lambda: struct.unpack("<i", b"abc"), lambda: struct.pack("<b", 128), lambda: struct.unpack_from("<i", b"abcdef", 4):
    try:
        bad()
    except struct.error as e:
        print(e)
d = dict.fromkeys(range(20))
del d[3], d[7]
print(list(d), list(d.values())[:3], list(d.items())[:3], list({5, 1, 3}), list(frozenset("a")), list("żab"), sorted(d)[:4])
for view in d.keys(), d.values(), d.items(), reversed(d), d:
    it = iter(view)
    next(it)
    d[99] = 1
    try:
        print(list(it)[:2])
    except RuntimeError as e:
        print(e)
    del d[99]
print(",".join(["abc", "defghijkl", "", "ż", "m" * 9]), "".join(map(str, range(30))), "ab" * 5, "żó" * 3)
