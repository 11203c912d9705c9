"""Subscripts and slices of every sequence, assignment to slices, slice objects, negative indices."""
l = list(range(10))
for s in (slice(None), slice(2, 5), slice(-3, None), slice(None, -3), slice(None, None, 2), slice(None, None, -1), slice(8, 2, -2), slice(100), slice(-100, 100), slice(5, 2), slice(2, 5, -1), slice(-1, -4, -1)):
    print(s, l[s], tuple(l)[s], "0123456789"[s], b"0123456789"[s], list(range(10)[s]), s.indices(10))
l[2:5] = "ab"
print(l)
l[::2] = [0] * len(l[::2])
print(l)
l[1:1] = [7, 8]
l[-1:] = []
l[len(l):] = [99]
print(l)
del l[::3]
print(l)
del l[2:4], l[-1]
print(l)
l[:] = (i for i in range(4))
l[1:3] = l
print(l)
for bad in ("l[100]", "l[-100]", "l['a']", "l[1.5]", "l[::0]", "l[::2] = [1]", "l[5:7] = 3", "l[None]", "(1, 2)[5]", "(1, 2)[0] = 1", "'ab'[0] = 'c'", "'ab'[9]", "del (1,)[0]", "l[2**70]", "l[-2**70]", "l[:'a']", "range(3)[7]", "del l[50]", "l[100] = 1", "5[0]", "None[1]", "[1, 2][1, 2]", "slice()", "hash(slice(1)) and 'ok'"):
    try:
        exec(bad)
        print(bad, "ok")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(l[-1], l[-2], l[2 ** 70:], l[-2 ** 70:2], l[True], l[False:True], "abc"[-1], (1, 2, 3)[-3])


class Show:
    def __getitem__(self, key):
        return key


s = Show()
print(s[1], s[1:2], s[1:2, 3], s[...], s[::], s[:, ::2], s[()], s[1,], s[*[1, 2], 3], s["a":"b"], s[None:None:-1])


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


print([10, 20, 30][Index(-1)], "abc"[Index(0):Index(2)], slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), (slice(1).start, slice(1).stop), range(10)[Index(3)])
lst = [0] * 3
for i in range(-3, 3):
    lst[i] += i
print(lst)
nested = [[0] * 3] * 2
nested[0][1] = 5
print(nested, nested[0] is nested[1])
m = [1, 2, 3]
m += m
m *= 2
m.insert(-1, "x")
m.insert(100, "end")
print(m, m.index(3), m.count(1), m.pop(), m.pop(0), m.pop(-2), m)
m.remove("x") if "x" in m else None
m.reverse()
print(m, [1, 2] + [3], [1] * 0, [1] * -1, [[]] * 2, [1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 9], [] == [], [1, [2]] == [1, [2]])
r = []
r.append(r)
print(r, [r, r], (r,))


def rotate(n):
    data = list(range(50))
    for i in range(n):
        k = i % 7
        data = data[k:] + data[:k]
        data[k:k + 3] = data[k:k + 3][::-1]
        data[-1], data[0] = data[0], data[-1]
    return data


def window(n):
    text = "abcdefghij" * 10
    total = 0
    for i in range(n):
        part = text[i % 50:i % 50 + i % 13:1 + i % 3]
        total += len(part) + (ord(part[-1]) if part else 0)
    return total


print(rotate(500), window(3000))
