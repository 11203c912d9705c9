"""Writes the tables beside this file from the Unicode data of the CPython (3.14: UCD 16.0) that runs it."""

import os
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
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


main()
