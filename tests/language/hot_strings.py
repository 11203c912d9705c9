"""String building, indexing, comparing and width changes in hot loops."""


def build(n):
    s = ""
    for i in range(n):
        s += "ab"[i % 2]
        if i == 1000:
            s += "é"
        if i == 2000:
            s += "中"
        if i == 2500:
            s += "😀"
    return len(s), s[998:1003].encode(), s[-3:], s.count("a")


def alias_build(n):
    s = t = ""
    for i in range(n):
        s += "x"
        if i % 500 == 0:
            t = s
    return len(s), len(t)


def builder_escapes(n):
    parts, s = [], ""
    for i in range(n):
        s += str(i % 10)
        if len(s) == 10:
            parts.append(s)
            s = ""
    return len(parts), "".join(parts)[-15:], s


def index_loop(text):
    vowels = digits = other = 0
    for i in range(len(text)):
        c = text[i]
        if c in "aeiou":
            vowels += 1
        elif "0" <= c <= "9":
            digits += int(c)
        elif c == "é" or c == "中":
            other += ord(c)
    return vowels, digits, other


def iterate(text):
    h = 0
    for c in text:
        h = (h * 31 + ord(c)) & 0xFFFFFFFF
    return h


def mixed_texts(n):
    texts = ["ascii text", "latin é text", "ucs2 中 text", "ucs4 😀 text"]
    t = 0
    for i in range(n):
        s = texts[i % 4] if i < n // 2 else texts[(i * 3) % 4]
        t += ord(s[i % 10]) + len(s) + (s[5] == "t") + s.find("text")
    return t


def compare(n):
    words = ["apple", "banana", "apple", "cherry", "", "app", "é", "中"]
    t = 0
    for i in range(n):
        a, b = words[i % 8], words[i * 3 % 8]
        t += (a < b) + 2 * (a == b) + 4 * (a is b and 1) * 0 + 8 * (a <= b) + 16 * (a != b)
    return t


def reverse(n):
    s = "abcdef"
    for i in range(n):
        s = s[::-1] if i % 2 else s[1:] + s[0]
    return s


def formatting(n):
    t = 0
    for i in range(n):
        t += len(f"{i}:{i / 7:.2f}:{i:>6}:{i % 3 == 0}") + len("%d-%s" % (i, i)) + len(str(i) + repr(i) + str(i / 3))
    return t


def split_join(n):
    t = 0
    line = "the quick brown fox"
    for i in range(n):
        words = line.split()
        words[i % 4] = words[i % 4].upper() if i % 3 else words[i % 4].lower()
        line = " ".join(words)
        t += line.count("T") + len(line.replace("o", "00"))
    return t, line


def keys(n):
    d = {}
    for i in range(n):
        k = "k" + str(i % 50)
        d[k] = d.get(k, "") + "x"
    return len(d), len(d["k7"])


def bad_index(n):
    s, errors = "hello", 0
    for i in range(n):
        try:
            s[i % 6]
        except IndexError:
            errors += 1
        try:
            s[-(i % 7)]
        except IndexError:
            errors += 100
    return errors


def type_change(n):
    s = ""
    for i in range(n):
        s = s + "a" if isinstance(s, str) else s + b"b"
        if i == n // 2:
            s = s.encode()
    return type(s).__name__, len(s)


def multiply(n):
    t = 0
    for i in range(n):
        t += len("ab" * (i % 5)) + len((i % 3) * "x") + ("-" * (i % 4) == "--")
    return t


def methods(n):
    t = 0
    for i in range(n):
        w = ("Word%d " % (i % 30))
        t += w.strip().lower().startswith("word1") + w.isalpha() + w.strip().isalnum() + len(w.title().swapcase().center(10))
    return t


def chars(n):
    t = 0
    for i in range(n):
        c = chr(i % 0x300 + (0x4E00 if i > n // 2 else 32))
        t += ord(c) + c.isalpha() + len(c.upper())
    return t


text = "hello 123 world é 中 " * 40
print(build(3000), alias_build(3000), builder_escapes(3005), index_loop(text), iterate(text), mixed_texts(4000), compare(4000), reverse(3000), formatting(1500), split_join(1000), keys(3000), bad_index(3000), type_change(2000), multiply(3000), methods(2000), chars(4000), sep="\n")
