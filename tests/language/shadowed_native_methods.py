"""Methods that a class inherits from a builtin, and the instance's dict in front of them."""


class Stack(list):
    def top(self):
        return self[-1]


class Table(dict):
    def size(self):
        return len(self)

    @classmethod
    def kind(cls):
        return cls.__name__


def tops(stacks):
    return [s.top() for s in stacks]


def lengths(stacks):
    return [s.__len__() for s in stacks]


stacks = [Stack([i]) for i in range(60)]
print(sum(tops(stacks)), sum(lengths(stacks)))
for i, s in enumerate(stacks):
    s.label = str(i)
print(sum(tops(stacks)), sum(lengths(stacks)))
stacks[40].top = lambda: "own"
stacks[41].other = 1
stacks[42].__len__ = lambda: 100
print(tops(stacks)[38:44], lengths(stacks)[38:44])
del stacks[40].top
print(tops(stacks)[38:44], lengths(stacks)[38:44])


def one(s, n):
    seen = []
    for i in range(n):
        seen.append(s.top())
        if i == n // 2:
            s.top = lambda: "shadow"
        elif i == n // 2 + 2:
            s.__dict__ = {}
        elif i == n // 2 + 4:
            s.__dict__ = {"top": lambda: "dict"}
        elif i == n // 2 + 6:
            s.__dict__.clear()
        elif i == n // 2 + 8:
            Stack.top = lambda self: "class"
    return seen[n // 2 - 1 : n // 2 + 12]


print(one(Stack([7]), 40))
print(one(Stack([8]), 40))
del Stack.top
try:
    tops([Stack([1])])
except AttributeError as e:
    print(e)


def kinds(tables):
    return [(t.kind(), t.size()) for t in tables]


tables = [Table({i: i}) for i in range(50)]
tables[30].kind = lambda: "mine"
print(kinds(tables)[28:32])


def bits(values):
    return [v.bit_length() for v in values]


print(bits([1, 2, 3] * 20 + [1 << 70, True] + [255] * 3)[55:])


class Int(int):
    def bit_length(self):
        return "mine"


print(bits([5, Int(5), 5, Int(6), True, 6]))
for bad in (2.5, None, "x"):
    try:
        print(bits([1, bad]))
    except AttributeError as e:
        print(e)


def upper(f, values):
    out = []
    for v in values:
        try:
            out.append(f(v))
        except TypeError as e:
            out.append(str(e))
    return out


print(upper(str.upper, ["a", "b", 1, b"c"]))
print(upper("abc".startswith, ["a", "b", 1]))
print(upper(len, ["a", [1, 2], 5]))
