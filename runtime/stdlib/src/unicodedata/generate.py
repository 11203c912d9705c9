"""Writes the tables beside this file from the Unicode data of the CPython (3.14: UCD 16.0) that runs it."""

import os
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
OLD = unicodedata.ucd_3_2_0
PROPERTIES = "category", "bidirectional", "mirrored", "east_asian_width", "decimal", "digit", "numeric"
HANGUL = range(0xAC00, 0xD7A4)


def main():
    with open(os.path.join(HERE, "numeric.txt"), "w") as out:
        for c in map(chr, range(0x110000)):
            if unicodedata.numeric(c, None) is not None:
                digit = unicodedata.digit(c, "-")
                print(f"{ord(c):x} {digit} {unicodedata.numeric(c)!r}", file=out)
    with open(os.path.join(HERE, "decomposition.txt"), "w") as out:
        for c in map(chr, range(0x110000)):
            if ord(c) not in HANGUL and unicodedata.decomposition(c):
                print(f"{ord(c):x} {unicodedata.decomposition(c)}", file=out)
    with open(os.path.join(HERE, "ucd_3_2_0.txt"), "w") as out:
        ranges(out, "unassigned", lambda c: "yes" if not assigned(c) and unicodedata.category(c) != "Cn" else None)
        for name in PROPERTIES:
            ranges(out, name, lambda c: changed(name, c))
        for c in filter(assigned, map(chr, range(0x110000))):
            if OLD.normalize("NFD", c) != unicodedata.normalize("NFD", c):
                print(f"{ord(c):x} {ord(c):x} normalization {OLD.normalize('NFD', c)}", file=out)


def assigned(c):
    return OLD.category(c) != "Cn"


def changed(name, c):
    """What a property was, if it is something else now; `-` for a number that there was not."""
    default = ("-",) if name in ("decimal", "digit", "numeric") else ()
    old = getattr(OLD, name)(c, *default)
    return old if assigned(c) and old != getattr(unicodedata, name)(c, *default) else None


def ranges(out, name, value):
    """A line for each run of characters with the same value."""
    first = last = None
    for i in range(0x110000 + 1):
        now = value(chr(i)) if i < 0x110000 else None
        if now != last:
            if last is not None:
                print(f"{first:x} {i - 1:x} {name} {last}", file=out)
            first, last = i, now


main()
