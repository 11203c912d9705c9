"""What the regular expression engine finds out about patterns beforehand must not change what they match."""
import re


def show(pattern, *texts, flags=0):
    q = re.compile(pattern, flags)
    for t in texts:
        found = [(m.span(), m.groups(), m.lastindex) for m in q.finditer(t)]
        print(ascii(pattern), ascii(t)[:60], found[:6], len(found))


# Searches: by a literal prefix, a few characters, sets of characters by position, at the begin only.
show("abc", "xxabcabxabcab", "\u0394abc", "\U00012345ababc", "ab")
show("\u0394\u03b4", "abc", "\u03b4\u0394\u03b4", "\U00012345\u0394\u03b4")
show("[ab]", "xxbxa", "\u0394b", "")
show("[abc]|d", "xxbxad")
show("agg[cgt]|[acg]cct", "aggcacctaggagcct" * 3, "agg", "\u0394aggt")
show("[a-c]{2,3}[\u0390-\u03ff]", "abcab\u0394a\u0394aa\u0394")
show(r"\Aab|c", "abc", "xab")
show(r"^a", "aab\na", "ba")
show(r"(?m)^a", "aab\na", "ba")
show(r"(?i)stra\xdfe", "STRA\xdfE stra\xdfe STRASSE")
show(r"(?i)[\u03b1-\u03c9]+", "\u0391\u03a9\u03c2 abc")
show("\ufb05", "\ufb06", flags=re.I)
show("[\ufb04-\ufb05]", "\ufb06", flags=re.I)

# Repeats whose continuation cannot, can, or may only beyond Latin-1 begin with what is repeated.
show(r"\w+\s", "abc d ef", "\u0394\u0394 \u0394")
show(r'"[^"]*"', '"a" "b', '"\u0394" ""')
show(r"\w*\u0394", "ab\u0394\u0394 \u0394", "abc")
show(r"[a\u0394]*\w", "a\u0394a", "b")
show(r"a*?b|a{2,3}?", "aab aaaa")
show(r".*?x", "ab\nax")
show(r"(?s).*?x", "ab\nax")
show(r"a*+a|a++b", "aab")
show(r"(?:a|ab)(?:c|bcd)(d*)", "abcd")
show(r"(?:(a)|b)*", "aba", "bb")
show(r"(?:(a)|(b)|c)+?d", "abcd", "cabd")
show(r"(?:ab|a)*+b", "aabab", "b")
show(r"(a*)*", "aab")
show(r"(a*)+?b", "aab")
show(r"((?:ab){2,3})(?:ab)?", "ababababab")

# Lookarounds of one item and of more, atomic groups, conditionals.
show(r"(?<=a)b(?!c)", "abc ab abd b")
show(r"(?<!\w)\w", "ab c", "\u0394a")
show(r"(?=(ab|a))\w", "aba")
show(r"(?<=(.)b)c", "abc bc")
show(r"(?>a|ab)c|abd", "abc abd ac")
show(r"(a)?(?(1)b|c)", "ab c ac")
show(r"(a)?(?(1)b)d", "abd d ad")
show(r"(<)?\w+(?(1)>|$)", "<a> b", "<a")
show(r"(\w)(?i:\1)", "aA bb", "\u0394\u03b4")

# Bytes, and arguments that are in use while they are searched.
show(rb"[^bc]", b"aBc\xff", flags=re.I)
print(re.fullmatch(rb"[^bc]", b"B", re.I | re.L), re.fullmatch(rb"[bc]", b"B", re.I | re.L))
data = bytearray(b"abcab")


def grow(m):
    data.extend(b"xx")


try:
    re.sub(b"a", grow, data)
except BufferError as e:
    print("BufferError:", e)
data.extend(b"!")
m = re.search(b"c(.)", memoryview(data))
print(m.group(), m[1], data)

# Long texts use no native stack; what the compiler never makes is refused.
print(re.match(r"(?:a|b)*c", "ab" * 100000 + "c").end(), re.match(r"(?:(?:a)|b)*?c", "ab" * 100000 + "c").end())
import _sre
for code in [1], [5, 1, 1], [24, 9, 0, 1, 1, 1], [7, 3, 16, 97, 0, 1], [43, 1]:
    try:
        print(_sre.compile("x", 0, code, 0, {}, ()).match("a"))
    except RuntimeError as e:
        print("RuntimeError:", e)
