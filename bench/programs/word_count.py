"""Strings and dicts: counting the words of a generated text.

Builds a text from a seeded word list, splits, strips and lowers it, counts with
dict.get and with setdefault of lists, then sorts by count.
"""
# test-size: 350
import sys

DEFAULT = 28000
BASE = ("Tree river stone light the a of and to in Mountain bird quick slow under over "
        "winter Summer water fire wind Earth song silent bright dark road house").split()
PUNCTUATION = (",", ".", ";", "!", "", "", "", "", "")


def text(lines):
    state = 2024
    out = []
    for _ in range(lines):
        words = []
        for _ in range(24):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            pick = state >> 12
            word = BASE[pick % len(BASE)]
            if pick % 5 == 0:
                word = word + BASE[(pick >> 4) % len(BASE)].lower()
            words.append(word + PUNCTUATION[(pick >> 3) % len(PUNCTUATION)])
        out.append(" ".join(words))
    return "\n".join(out)


def count(source):
    counts = {}
    lengths = {}
    for line in source.split("\n"):
        for raw in line.split():
            word = raw.strip(",.;!").lower()
            counts[word] = counts.get(word, 0) + 1
            lengths.setdefault(len(word), []).append(word)
    return counts, lengths


def main(n):
    source = text(n)
    totals = {}
    for _ in range(5):
        counts, lengths = count(source)
        for word, number in counts.items():
            totals[word] = totals.get(word, 0) + number
    order = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    for word, number in order[:10]:
        print(f"{word:<16}{number:>8}")
    print(len(source), len(order), sum(totals.values()))
    print([(size, len(found), found[0]) for size, found in sorted(lengths.items())][:6])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
