"""Loops inside generators and coroutines, hot: between yields, with calls, closed and thrown into in the middle."""
import sys


def helper(a, b):
    return a * 2 + b


def chunks(n, size):
    total = 0
    for i in range(n):
        part = [i, i + 1]
        for k in range(size):
            total += helper(k, i) + part[k & 1]
            if total > 10**6:
                total -= 10**6
        yield total


def search(n):
    i = 0
    text = "ab" * 40 + "c"
    while i < n:
        at = 0
        while text[at] != "c":
            at += 1
        try:
            got = yield at + i
        except ValueError as e:
            yield -e.args[0]
            got = None
        if got:
            i += got
        i += 1


def deep(n):
    def level(k):
        if k == 0:
            total = 0
            for i in range(60):
                total += i
            yield total
        else:
            yield from level(k - 1)
            for i in range(40):
                k += i % 2
            yield k

    for i in range(n):
        yield sum(level(3))


def keeps(n):
    kept = []
    for i in range(n):
        for k in range(30):
            kept.append(str(k))
            if len(kept) > 50:
                kept = kept[-5:]
        yield len(kept), kept[-1]


print(sum(chunks(400, 50)))
g = search(3000)
seen = next(g)
for i in range(900):
    seen += g.send(i % 3)
    if i % 100 == 50:
        seen += g.throw(ValueError(i))
g.close()
print(seen)
print(sum(deep(100)))
print(list(keeps(300))[-3:])
for g in chunks(10, 3000), keeps(4):
    next(g)
    frame = g.gi_frame
    print(sorted(frame.f_locals), frame.f_lineno)
    before = sys.getrefcount(frame.f_locals.get("kept", frame.f_locals.get("part")))
    del g, frame
print(before)
