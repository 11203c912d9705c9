"""bytes, bytearray and memoryview."""
b = b"hello \x00\xff"
print(b, len(b), b[0], b[-1], b[1:3], b[::-1], b.hex(), b.hex(":"), bytes.fromhex("48 65 6c"), b"a" b"b", rb"\n", b'it\'s "q"')
print(bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"copy"), bytes(range(3)), bytes(bytearray(b"x")), b"ab" * 2, b"a" + b"c", b"b" in b"abc", 98 in b"abc", b"abc".find(b"c"), b"abc" < b"abd", hash(b"a") == hash(bytes([97])))
print(b"a,b".split(b","), b" x ".strip(), b"abc".upper(), b"ABC".lower(), b"x".join([b"a", b"b"]), b"aXbX".replace(b"X", b"-"), b"abc".startswith(b"ab"), b"123".isdigit(), b"a".zfill(3), b"ab".center(6, b"*"), b"a\nb".splitlines(), b"abc".translate(bytes.maketrans(b"a", b"z")), b"%d %s %x" % (5, b"s", 255), b"abab".count(b"ab"), b"title case".title())
ba = bytearray(b"abc")
ba.append(100)
ba += b"ef"
ba[0] = 65
ba[1:3] = b"XYZ"
ba.extend([1, 2])
ba.insert(0, 33)
print(ba, ba.pop(), ba.pop(0), len(ba), ba[2], ba[1:4], ba == b"AXYZdef\x01", bytes(ba))
del ba[0]
del ba[::2]
ba.reverse()
print(ba, ba.remove(90) if 90 in ba else "no", ba, bytearray(2), bytearray(b"x") * 3)
ba.clear()
print(ba, bool(ba), bool(b""), b"" == bytearray())
for bad in ("bytes([256])", "bytes([-1])", "bytes('a')", "b'a' + 'a'", "b'abc'[5]", "bytearray(b'a').append(300)", "b''.join(['a'])", "bytes(-1)", "b'a' < 'a'", "bytes.fromhex('zz')", "b'x'[0] = 1", "b'a'.find('a')", "bytes(1.5)", "b'\\xff'.decode('ascii')", "bytes([1.5])"):
    try:
        exec("print(" + bad + ")" if "=" not in bad else bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(list(b"abc"), sorted(b"cab"), max(b"abc"), sum(b"abc"), [x for x in b"ab"], tuple(bytearray(b"ab")), b"\t\n\r\x0b\\'", repr(b"'"), repr(b"'\""), str(b"s"))
m = memoryview(bytearray(b"0123456789"))
m[0] = 65
m[1:3] = b"BC"
print(m[0], bytes(m[2:5]), m.tobytes(), len(m), m.readonly, m.format, m.itemsize, m[::-2].tolist(), m[3:6].obj, m == b"ABC3456789")
print(memoryview(b"abc").readonly, memoryview(b"abcd").cast("H").shape, b"abc".decode(), bytearray(b"\xc3\xa9").decode() == "é", int.from_bytes(b"\x01\x00", "big"))


def checksum(data):
    a, c = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        c = (c + a) % 65521
    return c << 16 | a


def transform():
    out = bytearray(4000)
    for i in range(len(out)):
        out[i] = (i * 7 + (out[i - 1] if i else 0)) & 0xFF
    for i in range(0, 4000, 2):
        out[i], out[i + 1] = out[i + 1], out[i]
    return checksum(out), checksum(bytes(out)), checksum(memoryview(out)[100:200])


print(transform())
try:
    ba = bytearray(4)
    for i in range(10):
        ba[i] = i
except IndexError as error:
    print(error, ba)
try:
    ba = bytearray(4)
    for i in range(300):
        ba[i % 4] = i
except ValueError as error:
    print(error, ba)
