"""str methods over ASCII, Latin-1, UCS-2 and UCS-4 text."""
samples = ["", "a", "Hello World", "  pad\t\n", "ÀÉîõü ß", "straße", "中文字符", "日本 mix a", "😀🎉 emoji", "a😀", "İıſ", "ǆ ǅ", "x" * 5, "1234", "²½", "٣", "a-b_c", "\u0301combining", "tab\ttab", "line\nline\r\nend\x0bv\u2028u", "ΑΣΣ"]
for s in samples:
    print(ascii(s), len(s), ascii(s.upper()), ascii(s.lower()), ascii(s.title()), ascii(s.swapcase()), ascii(s.capitalize()), ascii(s.casefold()))
    print(" ", s.isalpha(), s.isdigit(), s.isalnum(), s.isdecimal(), s.isnumeric(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isidentifier(), s.isascii(), s.isprintable())
    print(" ", ascii(s[::-1]), ascii(s[1:3]), ascii(s[-1:]), ascii(s * 2)[:60], s.encode("utf-8"), ascii(s.strip()), ascii(s.split()), ascii(s.splitlines()), ascii(s.partition(" ")), ascii(s.center(8, "*")))
    assert s.encode("utf-8").decode("utf-8") == s and s.encode("utf-16").decode("utf-16") == s and eval(repr(s)) == s and eval(ascii(s)) == s
s = "the quick brown the fox the"
print(s.find("the"), s.find("the", 1), s.rfind("the"), s.find("zzz"), s.find(""), s.find("", 100), s.index("quick"), s.count("the"), s.count(""), s.count("e", 3, 20))
print(s.replace("the", "a"), s.replace("the", "a", 2), s.replace("", "-", 3), "aaa".replace("aa", "b"), s.startswith("the"), s.startswith(("x", "the")), s.endswith("the", 0, 10), s.startswith("quick", 4))
print("a,b,,c".split(","), "a,b,,c".split(",", 1), "a,b,,c".rsplit(",", 1), "  a  b ".split(), " a b ".split(" "), "a".split("b"), "".split(), "".split(","), "abc".split("b"), "a b c".split(None, 1), "a b c".rsplit(None, 1))
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-"), "xxabcxx".strip("x"), "xyabcyx".lstrip("xy"), "abcxyx".rstrip("xy"), "prefix_x".removeprefix("prefix_"), "x_suf".removesuffix("_suf"))
print("abc".ljust(6, "."), "abc".rjust(6), "abc".center(7, "-"), "42".zfill(5), "-42".zfill(5), "+1".zfill(4), "a\tb".expandtabs(4), "abcd\te".expandtabs(), "ab".join("123"), "".join([]), "-".join(["a"]))
print("abc".translate({97: "X", 98: None, 99: 0x1F600}).encode(), str.maketrans("ab", "cd", "e"), "abe".translate(str.maketrans("ab", "cd", "e")), "{} {1}".replace("{1}", "{}").format(1, 2))
print("{0} {1} {0} {name} {0!r:>5} {2[k]} {3.real}".format("a", "b", {"k": "v"}, 5, name="n"), "{:{}}|".format("x", 5), "{{}}".format(), "{:,}".format(1234567), "{a[0]}".format(a=[7]), "%s %r %5d|%-5s|%05.1f %% %x %c %c %(n)s" .replace("%(n)s", "") % ("s", "r", 42, "l", 3.14159, 255, "c", 100), "%(a)s %(b)03d" % {"a": 1, "b": 2})
print("abc" < "abd", "abc" < "ab", "a" < "B", "é" > "z", "😀" > "\uffff", "a" == "a", "" < "a", "abc" != "ABC", "中" in "a中b", "" in "", "xyz" in "xy", max("hello"), min("hello"), sorted("hello"))
print(ord("a"), ord("é"), ord("中"), ord("😀"), chr(97), ascii(chr(233)), ascii(chr(0x1F600)), ascii(chr(0xD800)), "\x41\u0041\U00000041\101\N{LATIN SMALL LETTER A}", "a" "b", r"\n", len("\n\\"))
for bad in ("'a'.index('b')", "ord('ab')", "ord('')", "chr(0x110000)", "'a' + 1", "'a' * 'b'", "'abc'[5]", "'abc'['a']", "''.join([1])", "'a'.split('')", "'{}'.format()", "'{x}'.format()", "'%d' % 'a'", "'%s %s' % 1", "'%s' % (1, 2)", "'\\ud800'.encode()", "b'\\xff'.decode()", "'é'.encode('ascii')", "'a'.zfill('b')", "'a'.center(5, 'ab')", "'{0} {}'.format(1, 2)", "'{'.format()", "'a'.encode('nope')", "str(b'a', 'utf-8', 5)", "'a'.replace('b')", "'%z' % 1", "'x'.rindex('y')", "int('é')", "'abc' < 5"):
    try:
        print(bad, "->", eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print("é".encode("latin-1"), b"\xe9".decode("latin-1") == "é", "aé".encode("ascii", "replace"), "aé".encode("ascii", "ignore"), "aé".encode("ascii", "xmlcharrefreplace"), "aé".encode("ascii", "backslashreplace"), b"a\xffb".decode("utf-8", "replace").encode("unicode_escape"), b"\xff".decode("utf-8", "surrogateescape") == "\udcff", "\udcff".encode("utf-8", "surrogateescape"), "中".encode("utf-16-le"), "😀".encode("utf-32-be"))
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("\x00\x7f\x80\xad\u200b\ud800"), repr("é中😀"), ascii("é中😀"), repr("\\"), repr("\t\r\n"))
t = "héllo wörld 中文 😀!"
print([t[i] for i in range(len(t))] == list(t), t[::2].encode(), t[-3:].encode(), t.find("中"), t.rfind("ö"), t.count("l"), t.index("😀"), t.upper().encode(), hash(t) == hash("".join(list(t))), t.split("ö")[1].encode())


def build():
    out = ""
    for i in range(2000):
        out += chr(97 + i % 26)
        if i == 500:
            out += "é"
        elif i == 1000:
            out += "中"
        elif i == 1500:
            out += "😀"
    return len(out), out[499:503].encode(), out[1001:1004].encode(), out[1502:1506].encode(), out.count("a"), hash(out) == hash("".join(out))


def reverse_words(n):
    words = ("alpha beta gamma " * n).split()
    text = " ".join(w[::-1] for w in words)
    return len(text), text[:20], text.count("ateb")


def count_chars(text):
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    return sorted(counts.items())


print(build(), reverse_words(300), count_chars("mississippi" * 100))
