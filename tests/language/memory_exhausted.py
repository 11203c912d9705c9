"""A program whose address space is limited gets MemoryErrors that it can handle, and goes on."""
import collections
import io
import itertools
import json
import os
import resource
import sys

# The limit is to hold from the start: what the allocator has reserved before does not count.
LIMIT = 320 << 20
if resource.getrlimit(resource.RLIMIT_AS)[0] != LIMIT:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    options = [word for name, value in sys._xoptions.items() for word in ("-X", f"{name}={value}")]
    os.execv(sys.executable, [sys.executable, *options, __file__])


def attempt(name, f):
    try:
        f()
    except MemoryError as e:
        print(name, "MemoryError", e.args)
    else:
        print(name, "no error")


def append():
    x = []
    try:
        while True:
            x.append(0)
    finally:
        n = len(x)
        assert n > 100_000 and x[0] == x[-1] == 0


def comprehension():
    [0 for _ in itertools.count()]


def insert():
    d = {}
    i = 0
    try:
        while True:
            d[i] = i
            i += 1
    finally:
        assert len(d) == i and d[i - 1] == i - 1 and i not in d


def add():
    s = set()
    i = 0
    try:
        while True:
            s.add(i)
            i += 1
    finally:
        assert len(s) in (i, i + 1)


def double(x):
    def run():
        y = x
        while True:
            y += y
    return run


def plus():
    s = b"x" * 1000
    while True:
        s = s + s


def shift():
    n = 3
    while True:
        n <<= n.bit_length()


def bytes_one_by_one():
    b = bytearray(1)
    while True:
        b.append(1)


def write():
    f = io.BytesIO()
    while True:
        f.write(b"x" * 1_000_000)


def text():
    f = io.StringIO()
    while True:
        f.write("x" * 1_000_000)


def deque():
    d = collections.deque()
    while True:
        d.append(0)


class Node:
    pass


def objects():
    x = []
    while True:
        x.append(Node())


attempt("append", append)
attempt("comprehension", comprehension)
attempt("list of count", lambda: list(itertools.count()))
attempt("tuple of count", lambda: tuple(itertools.count()))
attempt("dict", insert)
attempt("set", add)
attempt("str", double("x" * 1000))
attempt("list", double([0] * 1000))
attempt("bytes", plus)
attempt("int", shift)
attempt("bytearray", bytes_one_by_one)
attempt("BytesIO", write)
attempt("StringIO", text)
attempt("deque", deque)
attempt("read", lambda: open("/dev/zero", "rb").read())
attempt("join", lambda: "".join(itertools.repeat("abc")))
attempt("zip", lambda: list(zip(itertools.count(), itertools.count())))
attempt("objects", objects)
million = 1_000_000
attempt("repr", lambda: repr("\0" * (100 * million)))
attempt("repr of a list", lambda: repr(["x" * 1000] * (million // 2)))
attempt("replace", lambda: ("a" * (20 * million)).replace("a", "b" * 20))
attempt("format", lambda: ("{0}" * 100).format("x" * (5 * million)))
attempt("percent", lambda: "%s" * 100 % (("x" * (5 * million),) * 100))
attempt("center", lambda: "a".center(500 * million))
attempt("split", lambda: (",a" * (20 * million)).split(","))
attempt("split at white space", lambda: (" ab" * (20 * million)).split())
attempt("splitlines", lambda: ("ab\n" * (20 * million)).splitlines())
attempt("split of bytes", lambda: (b",a" * (20 * million)).split(b","))
attempt("json", lambda: json.dumps(["x" * 1000] * (million // 2)))
attempt("once more", append)
print(len([0] * 100_000))
