"""dict: order, views, mutation during iteration, keys that compare equal, methods, merging."""
d = {"b": 1, "a": 2, "c": 3}
d["d"] = 4
del d["a"]
d["a"] = 5
d["b"] = 6
print(d, list(d), list(d.values()), list(d.items()), len(d), "a" in d, "z" in d, list(reversed(d)))
print(d.pop("c"), d.pop("zz", None), d.popitem(), d, d.get("b"), d.get("q"), d.get("q", 0), d.setdefault("b", 9), d.setdefault("n", []), d)
print({1: "a", 1.0: "b", True: "c"}, {0: 1, False: 2, 0.0: 3, -0.0: 4}, {(1, 2): 3}[1, 2], {None: 1, ...: 2}[None], {"a": 1} | {"b": 2, "a": 3}, dict(a=1, b=2), dict([(1, 2), [3, 4]]), dict({"x": 1}, y=2), dict.fromkeys("abc", 0), dict.fromkeys([1]))
e = {}
e.update({"a": 1}, b=2)
e.update([("c", 3)])
e |= {"d": 4}
e |= [("e", 5)]
print(e, e == {"e": 5, "d": 4, "c": 3, "b": 2, "a": 1}, e != {}, {**e, "a": 0, **{"z": 1}})
for bad in ("{}['k']", "{[]: 1}", "{}.popitem()", "{}.pop('k')", "{1: 2} < {1: 3}", "{1: 2} + {}", "dict(5)", "dict([1])", "dict([(1, 2, 3)])", "{{}: 1}", "{}.update(5)", "del {}[1]", "{}[{}]", "{}.get()", "dict(**{1: 2})", "{} | []"):
    try:
        exec(f"print({bad})" if not bad.startswith("del") else bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


def mutate(action):
    d = {i: i for i in range(5)}
    try:
        for k in d:
            action(d, k)
        return "no error", list(d)
    except RuntimeError as error:
        return str(error), list(d)


print(mutate(lambda d, k: d.update({k + 100: 1})))
print(mutate(lambda d, k: d.pop(k)))
print(mutate(lambda d, k: d.update({k: k * 2})))
print(mutate(lambda d, k: (d.pop(k), d.update({k: 1}))))
print(mutate(lambda d, k: (d.pop(k), d.update({k + 10: 1}))) if False else "skipped")
print(mutate(lambda d, k: d.clear()))
for view in ("keys", "values", "items"):
    d = {1: 1, 2: 2}
    try:
        for _ in getattr(d, view)():
            d[len(d) + 5] = 0
    except RuntimeError as error:
        print(view, error)
k1, k2 = {"a": 1, "b": 2}.keys(), {"b": 3, "c": 4}.keys()
print(sorted(k1 & k2), sorted(k1 | k2), sorted(k1 - k2), sorted(k1 ^ k2), k1 == {"a", "b"}, k1 <= {"a", "b", "c"}, k1.isdisjoint("xyz"), ("a", 1) in {"a": 1}.items(), sorted({"a": 1}.items() & {("a", 1)}))
print(k1, {1: 2}.values(), {1: 2}.items(), list(k1.mapping), {1: 1}.values() == {1: 1}.values())
live = {}
keys = live.keys()
live["x"] = 1
print(list(keys), len(keys), "x" in keys)


class Key:
    log = []

    def __init__(self, name, h):
        self.name, self.h = name, h

    def __hash__(self):
        Key.log.append("hash " + self.name)
        return self.h

    def __eq__(self, other):
        Key.log.append(f"{self.name} == {other.name}")
        return self.name[0] == other.name[0]


a, b, c = Key("a1", 1), Key("a2", 1), Key("b1", 1)
kd = {a: 1}
kd[b] = 2
kd[c] = 3
print(len(kd), kd[a], [k.name for k in kd], Key.log)


class Missing(dict):
    def __missing__(self, key):
        self[key] = value = len(self)
        return value


m = Missing()
print(m["x"], m["y"], m["x"], m.get("z"), dict(m), "z" in m)


class RaisingHash:
    def __hash__(self):
        raise ValueError("hash")


class RaisingEq:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError("eq")


for k in (RaisingHash(), RaisingEq()):
    try:
        {1: 2}[k]
    except ValueError as error:
        print(error)


def stress():
    d = {}
    for i in range(3000):
        d[i * 7919 % 1009] = i
        if i % 3 == 0:
            d.pop(i % 1009, None)
        if i % 500 == 0:
            d = dict(d)
    check = 0
    for k, v in d.items():
        check = (check * 31 + k * 7 + v) % 1000000007
    return len(d), check, list(d)[:5]


def string_keys():
    d = {}
    for i in range(2000):
        d[f"key{i % 300}"] = d.get(f"key{i % 300}", 0) + i
        if i == 1000:
            d[5] = "int key"
            d[None] = 1
    return len(d), d["key7"], d[5], sum(v for v in d.values() if isinstance(v, int))


def delete_reinsert():
    d = {i: i for i in range(10)}
    for r in range(200):
        first = next(iter(d))
        del d[first]
        d[first] = r
    return list(d.items())


def queue():
    d = dict.fromkeys(range(5))
    for i in range(5, 500):
        d[i] = None
        del d[next(iter(d))]
    return list(d)


print(stress(), string_keys(), delete_reinsert(), queue())
from collections import Counter, OrderedDict, defaultdict, ChainMap
c = Counter("mississippi")
print(c.most_common(2), c["z"], c + Counter("ss"), sorted((c - Counter("ii")).items()))
dd = defaultdict(list)
dd["a"].append(1)
print(dd, dd["b"], dict(dd), ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])
od = OrderedDict(a=1, b=2, c=3)
od.move_to_end("a")
print(od, od.popitem(last=False), list(od))
self_ref = {}
self_ref["me"] = self_ref
print(self_ref, {1: [self_ref]})
print({"a": {"b": [1, (2, {3})]}}, str({}), repr({"k'": 'v"'}))
