"""Keys that are not there and indices out of range, handled in hot loops."""
import traceback


def keys(n):
    table = {0: 1, 1: 2, "a": 3, "b": 4}
    names = ["a", "x", "b", 0, 5, 1, "y"]
    found = missing = 0
    last = None
    for i in range(n):
        try:
            found += table[names[i % 7]]
        except KeyError as e:
            missing += 1
            last = e
        if i == n // 2:
            table["x"] = 10
    return found, missing, last.args, repr(last), str(last), len(traceback.extract_tb(last.__traceback__))


def nested(n):
    table = {}
    order = []
    for i in range(n):
        key = i % 13
        try:
            table[key] += 1
        except KeyError:
            try:
                order.append(order[key * 2])
            except IndexError as e:
                order.append((key, type(e.__context__).__name__, e.args))
            table[key] = 1
    return sorted(table.items())[:3], order[:3], len(order)


def indices(n):
    l = [1, 2, 3]
    t = (4, 5)
    hits = [0, 0, 0]
    for i in range(n):
        try:
            hits[0] += l[i % 5 - 1]
        except IndexError as e:
            hits[1] += len(e.args[0])
        try:
            hits[0] += t[-(i % 4)]
        except IndexError as e:
            hits[2] += len(str(e))
        if i == n // 2:
            l.append(9)
    return hits


def in_callee(n):
    def get(d, k):
        return d[k]

    def default(d, k, otherwise):
        try:
            return get(d, k)
        except KeyError:
            return otherwise

    d = {"k": 1}
    total = 0
    for i in range(n):
        total += default(d, "k" if i % 3 else "missing", -1)
    try:
        get(d, "none")
    except KeyError as e:
        return total, [f.name for f in traceback.extract_tb(e.__traceback__)]


class Key:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return hash("h")

    def __eq__(self, other):
        return other == "h" and self.v


def odd_keys(n):
    d = {Key(True): 1}
    e = {Key(False): 1}
    out = [0, 0, 0]
    for i in range(n):
        try:
            out[0] += d["h"]
        except KeyError:
            out[1] += 1
        try:
            out[0] += e["h"]
        except KeyError:
            out[2] += 1
        try:
            out[0] += e[[]]
        except TypeError:
            out[1] += 1
    return out


class Default(dict):
    def __missing__(self, key):
        return 5


def subclasses(n):
    d = Default()
    total = 0
    for i in range(n):
        try:
            total += d[i]
        except KeyError:
            total -= 1
    return total


def uncaught(n):
    d = {i: i for i in range(n)}
    try:
        for i in range(n + 5):
            d[i]
    except KeyError as e:
        return e.args


for n in (6, 60, 1500):
    print(keys(n), nested(n), indices(n), in_callee(n), odd_keys(n), subclasses(n), uncaught(n))
