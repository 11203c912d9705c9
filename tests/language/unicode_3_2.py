"""The Unicode database of version 3.2, and what is built on it: names of hosts in other scripts."""
import stringprep
import unicodedata

old = unicodedata.ucd_3_2_0
print(old.unidata_version, unicodedata.unidata_version)
digest = 0
for c in map(chr, [*range(0x32000), *range(0xE0000, 0xE0200)]):
    row = (old.category(c), old.bidirectional(c), old.combining(c), old.mirrored(c), old.east_asian_width(c),
           old.decomposition(c), old.decimal(c, None), old.digit(c, None), old.numeric(c, None))
    for part in row:
        for b in str(part).encode():
            digest = (digest * 31 + b) & 0xFFFFFFFFFFFF
print(digest)
for c in "a", "\u20ac", "\u0221", "\U0001f600", "\u1e9e", "\U0002f868", "\uac00":
    for form in "NFC", "NFD", "NFKC", "NFKD":
        print(ascii(old.normalize(form, "e\u0301" + c + "\u0308")), old.is_normalized(form, c), end=" ")
    print(old.name(c, "no name"))
for name in "LATIN SMALL LETTER A", "GRINNING FACE":
    try:
        print(old.lookup(name))
    except KeyError as e:
        print(e)
for name in "www.python.org", "bücher.example", "Straße.de", "日本語.jp", "xn--bcher-kva.example", "a\u0300.b", "..", "a" * 64, "\u0221.x":
    for encoding in "idna", "punycode":
        try:
            encoded = name.encode(encoding)
            print(encoded, encoded.decode(encoding))
        except UnicodeError as e:
            print(type(e).__name__, e)
print(stringprep.in_table_a1("\u0221"), stringprep.in_table_d1("\u0627"), stringprep.map_table_b2("\u0390"))
