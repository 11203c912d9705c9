"""Dicts in hot loops: resizing, deletion, key types that change, cached lookups that go stale."""


def fill(n):
    d = {}
    for i in range(n):
        d[i] = i
        if i in d and d[i] != i:
            return "wrong"
        if i > 1000:
            del d[i - 1000]
    return len(d), sum(d), sum(d.values())


def constant_key(n):
    d = {"a": 0, "b": 1}
    for i in range(n):
        d["a"] += d["b"]
        if i % 100 == 0:
            d[f"k{i}"] = i
        if i == n // 2:
            del d["b"]
            d["b"] = 2
        if i == n // 2 + 10:
            d["b"] = 0.5
    return d["a"], len(d)


def key_types(n):
    d = {}
    for i in range(n):
        k = (i % 10, str(i % 10), (i % 10,), float(i % 10), i % 10 == 0, None)[i % 6]
        d[k] = d.get(k, 0) + 1
    return len(d), d[None], d[(4,)], d[3.0], d["1"]


def missing_then_present(n):
    d = {}
    hits = 0
    for i in range(n):
        if "x" in d:
            hits += d["x"]
        if i == n // 2:
            d["x"] = 1
        if i == n - 100:
            del d["x"]
        hits += d.get("y", 1)
    return hits


def replace_dict(n):
    ds = [{"v": 1}, {"w": 0, "v": 2}, {"v": 3.5}]
    t = 0
    for i in range(n):
        t += ds[i % 3]["v"]
        if i % 500 == 0:
            ds[i % 3] = {"v": i, "z": 1}
    return t


def mutate_iterating(n):
    errors = 0
    for i in range(n):
        d = {1: 1, 2: 2, 3: 3}
        try:
            for k in d:
                if i % 50 == 49:
                    d[k + 10] = 1
                else:
                    d[k] += 1
        except RuntimeError:
            errors += 1
    return errors


def items_loop(n):
    d = {i: i * 2 for i in range(20)}
    t = 0
    for i in range(n):
        for k, v in d.items():
            t += k * v
        d[i % 20] = i
        if i == n // 2:
            d["s"] = 0
            del d["s"]
    return t


class Key:
    eqs = 0

    def __init__(self, k):
        self.k = k

    def __hash__(self):
        return self.k % 3

    def __eq__(self, o):
        Key.eqs += 1
        return self.k == o.k


def custom_keys(n):
    d = {}
    for i in range(n):
        d[Key(i % 12)] = i
    return len(d), Key.eqs > n, sorted(d.values())


def evil_eq(n):
    d = {}

    class Evil:
        def __hash__(self):
            return 5

        def __eq__(self, o):
            if len(d) < 50:
                d[len(d) + 100] = 1
            return self is o

    a = Evil()
    d[a] = 1
    found = 0
    for i in range(n):
        found += Evil() in d
        found += d[a]
    return found, len(d) >= 50


def counter(text):
    counts = {}
    for c in text:
        if c in counts:
            counts[c] += 1
        else:
            counts[c] = 1
    return sorted(counts.items())


def default_dict(n):
    from collections import defaultdict

    d = defaultdict(list)
    for i in range(n):
        d[i % 17].append(i)
    return len(d), sum(len(v) for v in d.values()), d[3][:3]


def memo(n):
    cache = {}

    def f(k):
        if k in cache:
            return cache[k]
        r = k if k < 2 else (f(k - 1) + f(k - 2)) % 1000003
        cache[k] = r
        return r

    t = 0
    for i in range(n):
        t += f(i % 200)
        if i % 1000 == 999:
            cache.clear()
    return t


def tuple_keys(n):
    g = {}
    for i in range(n):
        g[i % 30, i % 7] = g.get((i % 30, i % 7), 0) + 1
        if (i, i) in g:
            g[i, i] += 5
    return len(g), sum(g.values())


def set_ops(n):
    s = set()
    for i in range(n):
        x = i * i % 101
        if x in s:
            s.discard((x * 7) % 101)
        else:
            s.add(x)
        if i == 1500:
            s.add("str")
    return len(s), "str" in s, sum(x for x in s if x != "str")


print(fill(4000), constant_key(4000), key_types(3000), missing_then_present(4000), replace_dict(4000), mutate_iterating(2000), items_loop(500), custom_keys(2000), evil_eq(1500), counter("hello world" * 200), default_dict(3000), memo(3000), tuple_keys(3000), set_ops(3000), sep="\n")
