"""Dynamic programming over two lists of ints: edit distances of generated words.

Measures string indexing and comparison, `min` of three ints, and list stores.
"""
# test-size: 40
import sys

DEFAULT = 360
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(count):
    state = 99
    result = []
    for i in range(count):
        letters = []
        for _ in range(8 + i % 17):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            letters.append(LETTERS[(state >> 16) % 7 * 3])
        result.append("".join(letters))
    return result


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        letter = a[i]
        for j in range(len(b)):
            cost = 0 if letter == b[j] else 1
            current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost))
        previous = current
    return previous[-1]


def main(n):
    vocabulary = words(n)
    total = 0
    near = {}
    for i, a in enumerate(vocabulary):
        best = None
        for j in range(i):
            d = distance(a, vocabulary[j])
            total += d
            if best is None or d < best[0]:
                best = (d, vocabulary[j])
        if best is not None:
            near[a] = best
    print(total)
    for word in sorted(near)[:6]:
        print(word, *near[word])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
