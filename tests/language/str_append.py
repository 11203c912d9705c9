"""s += piece: in place where nobody else has the string, and never visible where somebody has."""
import sys


def build(n):
    s = ""
    for i in range(n):
        s += chr(97 + i % 26)
    return s


def build_plain(n):
    s = ""
    for i in range(n):
        s = s + str(i)
    return s


def kept(n):
    s, all_of_them = "", []
    for i in range(n):
        s += "ab"
        if i % 7 == 0:
            all_of_them.append(s)
        s += str(i)
    return s, all_of_them


def alias(n):
    s = t = "start"
    for i in range(n):
        t = s
        s += chr(48 + i % 10)
        if len(t) + 1 != len(s):
            return "shared", i
        u = s
        s += "x" if i & 1 else "y"
        if u == s or not s.startswith(u):
            return "shared too", i
    return t[-5:], s[-5:], len(s)


def keys(n):
    d, s = {}, ""
    for i in range(n):
        s += "k"
        d[s] = i
        assert hash(s) == hash("k" * (i + 1))
    return len(d), d["k" * n], d.get("k" * (n + 1))


def doubled(n):
    s = "ab"
    for i in range(n):
        s += s
        s = s + s[:1]
    return len(s), s[:20]


def widths():
    s = ""
    for i in range(400):
        s += "a"
        if i == 100:
            s += "\u20ac"
        if i == 200:
            s += "\U0001f600"
        if i == 300:
            s += "\xe9"
    return len(s), s.count("a"), s[101], s[202], ascii(s[303]), s.isascii()


class Text(str):
    def __add__(self, other):
        return Text("<" + str(self) + ">" + other)


def subclass(n):
    s = Text("t")
    for i in range(n):
        s += "u"
    return s


def generator(n):
    s = ""
    for i in range(n):
        s += "g"
        got = yield s
        if got:
            s += got


def cell(n):
    s = ""

    def show():
        return len(s)

    total = 0
    for i in range(n):
        s += "c"
        total += show()
    return s[-3:], total


def wrong(n):
    s = ""
    for i in range(n):
        try:
            s += "w" if i % 5 else i
        except TypeError as e:
            message = str(e)
            s += "!"
    return s[:12], message


def walrus(n):
    s = ""
    for i in range(n):
        s += (s := "w") + "v"
    return s


def argument(s, n):
    for i in range(n):
        s += "p"
    return s


def counts(n):
    s = "".join(["x", "y"])
    before = sys.getrefcount(s)
    for i in range(n):
        s += "z"
    return sys.getrefcount(s) - before


for k in range(3):
    print(len(build(5000)), build(60), len(build_plain(2000)), build_plain(30))
    s, all_of_them = kept(600)
    print(len(s), len(all_of_them), all_of_them[0], all_of_them[3], all_of_them[-1] == s[: len(all_of_them[-1])])
    print(alias(500), keys(300), doubled(10), widths())
    print(subclass(5), type(subclass(5)).__name__, cell(200), wrong(200), walrus(100))
    g = generator(300)
    parts = [next(g)] + [g.send("!" if i % 50 == 0 else None) for i in range(250)]
    print(len(parts), parts[3], parts[100], len(parts[-1]))
    word = "seed"
    print(argument(word, 300)[:8], word, counts(200))
