"""Sets, slices and sorting inside hot loops, with types and sizes that change."""


def set_algebra(n):
    t = 0
    base = set(range(20))
    for i in range(n):
        s = {i % 7, i % 5, (i * 3) % 11}
        t += len(base & s) + len(base - s) + len(s | {1, 2}) + len(s ^ base) + (s <= base) + (7 in s)
        if i % 100 == 0:
            base.add(i)
            base.discard(i - 300)
        if i == n // 2:
            base.add("text")
            base.add((1, 2))
    return t, len(base)


def frozen(n):
    d = {}
    for i in range(n):
        k = frozenset((i % 4, i % 6))
        d[k] = d.get(k, 0) + 1
    return len(d), sorted(d.values())


def slicing(n):
    l, s, t = list(range(30)), "abcdefghijklmnopqrstuvwxyz", 0
    for i in range(n):
        a, b = i % 30, (i * 7) % 30
        t += sum(l[a:b]) + len(s[a:b]) + len(l[::-1][b:]) + sum(l[-a:-b or None]) + (s[b:a] < s[a:b])
        l[a:b] = l[a:b][::-1]
        x = slice(a, b, 1 + i % 3)
        t += len(l[x]) + len(s[x]) + (x.start or 0)
        if i % 50 == 0:
            l[5:5] = [i % 9]
            del l[10:11]
    return t, l


def sorting(n):
    t = 0
    for i in range(n):
        l = [(i * k) % 17 for k in range(8)]
        l.sort()
        t = (t * 3 + l[2]) % 10007
        l.sort(key=lambda v: -v)
        t += l[0]
        if i % 3 == 0:
            l = sorted(l + [0.5], reverse=True)
            t += l[-1] == 0
        if i % 5 == 0:
            l = sorted(("b", "a", "c"), key=lambda v: (v != "c", v))
            t += l[0] == "c"
    return t


def errors(n):
    bad = 0
    for i in range(n):
        try:
            sorted([1, "a"] if i % 3 == 0 else [2, 1])
        except TypeError:
            bad += 1
        try:
            {[]} if i % 4 == 0 else {()}
        except TypeError:
            bad += 1
        try:
            l = [1, 2, 3]
            l[::2] = [1] * (i % 4)
        except ValueError:
            bad += 1
    return bad


def graph(n):
    seen, todo, order = set(), [1], 0
    while todo:
        x = todo.pop()
        if x in seen or x > n:
            continue
        seen.add(x)
        order = (order * 31 + x) % 1000003
        todo += [x * 2, x * 3, x + 7]
    return len(seen), order


def unique(n):
    seen, out = set(), []
    for i in range(n):
        v = (i * i) % 101 if i < n // 2 else str(i % 50) if i % 2 else i % 60 + 0.5
        if v not in seen:
            seen.add(v)
            out.append(v)
    return len(out), len(seen), out[-1]


def dict_views(n):
    a, b, t = {i: i for i in range(20)}, {i: -i for i in range(10, 30)}, 0
    for i in range(n):
        t += len(a.keys() & b.keys()) + len(a.keys() - b.keys()) + (i % 40 in a.keys()) + ((i % 20, i % 20) in a.items())
        a[i % 35] = i % 20
        a.pop((i * 3) % 40, None)
    return t, sorted(a)


print(set_algebra(1500), frozen(2000), slicing(1500), sorting(1000), errors(1500), graph(1500), unique(2500), dict_views(1200), sep="\n")
