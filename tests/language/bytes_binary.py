"""binascii, and the bytes methods that it is used with: fast ways must not differ from slow ones."""
import base64
import binascii


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return repr(e)


for data in [
    b"", b"AAAA", b"QUJDREVG", b"QUI=", b"QQ==", b"QQ=", b"Q", b"QUJDR", b"QU JD", b"=QUI", b"QUI=QUJD", b"QQ==QUJD",
    b"QU=_=JD", b"Q=UI", b"QUJD====", b"QUI==", b"QUI= ", b"QU\nJDREVG\n", b"+/A=0dD", b"A+/A+/==AA", "QUJD", "QU\xe9",
]:
    print(data, attempt(binascii.a2b_base64, data), attempt(binascii.a2b_base64, data, strict_mode=True))
for n in range(8):
    data = bytes(range(250, 250 + n)) if n < 6 else bytes(range(n))
    encoded = binascii.b2a_base64(data)
    print(encoded, base64.b64decode(encoded), binascii.hexlify(data), binascii.hexlify(data, "-", 2), data.hex(":", -2),
          binascii.crc32(data), binascii.crc32(data, 7), base64.b85encode(data), base64.b32encode(data))
for text in b"", b"00fF", b"0", b"0g", "a\xe9", "Ab":
    print(text, attempt(binascii.unhexlify, text))
print(memoryview(b"abcdef")[::2].hex(), binascii.b2a_base64(bytearray(b"abc")), attempt(binascii.hexlify, "a"))

for n in 0, 1, -1, 127, 128, -128, -129, 255, 256, 2**40, -(2**40), 2**63 - 1, -(2**63), 2**63, 2**64, -(2**70):
    row = []
    for length in 0, 1, 2, 6, 7, 8, 9, 10:
        for signed in False, True:
            for order in "big", "little":
                b = attempt(n.to_bytes, length, order, signed=signed)
                row.append(b)
                if isinstance(b, bytes):
                    assert int.from_bytes(b, order, signed=signed) == n
    print(n, row)
print(int.from_bytes(b""), int.from_bytes(b"", signed=True), int.from_bytes(b"\xff" * 7, signed=True), int.from_bytes([1, 2]))

strided = memoryview(b"abcdef")[::2]
for parts in [], [b"a"], [b"a", b"", b"bc"], [bytearray(b"x"), memoryview(b"yz")], [b"a", 1], [b"a", "b"], [strided], (b"q",) * 3:
    print(attempt(b"-".join, parts), attempt(bytearray(b", ").join, parts))
for f in b"abc".find, b"abc".startswith, binascii.hexlify, binascii.a2b_base64, binascii.crc32, b"a".strip:
    print(attempt(f, strided), attempt(f, memoryview(b"ab")))
only = b"only"
print(b"".join([only]) is only, bytearray().join([only]) is only, b"a" + bytearray(b"b"), attempt(lambda: b"a" + strided))


def grown(*more):
    b = bytearray(b"<")
    for m in more:
        b += m
        b.extend(m)
    return b


def doubled():
    b = bytearray(b"ab")
    b.extend(b)
    b += b
    return b


print(grown(b"ab", bytearray(b"c"), memoryview(b"de")), attempt(grown, strided), attempt(grown, 1), attempt(doubled))
print(attempt(bytearray(b"<").extend, strided), attempt(bytearray(b"<").extend, "text"))
table = bytes(range(255, -1, -1))
print(b"abc".translate(table), bytearray(b"abc").translate(table, b"b"), b"abc".translate(None, b"c"), attempt(b"a".translate, b"x"))
print(b"a,b".split(b","), b"a,b".replace(b",", bytearray(b";")), b"xax".strip(bytearray(b"x")), b"abc".find(99), attempt(b"a".find, 256))
