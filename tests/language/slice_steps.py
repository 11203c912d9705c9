# Slices with steps and their assignment, in loops that get hot: of builtin sequences, by anything.
import traceback


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


class Shows:
    def __getitem__(self, key):
        return key


sequences = [[1, 2, 3, 4, 5], (1, 2, 3, 4, 5), "abcde", b"abcde", bytearray(b"abcde"), range(5), [], ""]
bounds = [None, 0, 2, -2, 9, -9, 2**70, True, Index(1)]
for s in sequences:
    found = []
    for a in bounds:
        for b in bounds:
            for step in (None, 1, 2, -1, -3, True, Index(2), 2**70, -(2**70)):
                found.append(s[a:b:step])
    print(type(s).__name__, hash(str(found).replace("bytearray", "ba")) == hash(str([s[slice(a, b, c)] for a in bounds for b in bounds for c in (None, 1, 2, -1, -3, True, Index(2), 2**70, -(2**70))]).replace("bytearray", "ba")))
print(Shows()[1:2:3], Shows()[::], Shows()[:2], Shows()[::2])


def failing(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e, [s.line for s in traceback.extract_tb(e.__traceback__)][-1])


failing(lambda: [1][::0])
failing(lambda: (1,)["a"::1])
failing(lambda: "abc"[::1.5])
failing(lambda: {}[1:2:3])


class Loud:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n, log)


log = []


def assigned():
    x = [Loud(1), Loud(2), Loud(3)]
    log.append(len(x))
    x[0:2] = [4, 5]
    print(x[:2], x[2].n)
    x[:] = [6, 7, 8]
    print(x)
    x[1:] = x
    print(x)
    x[:2] = x[1::-1]
    print(x)
    x[1:3] = (0,)
    x[0:1] = "ab"
    x[5:3] = [1]
    x[::2] = [0, 0, 0]
    print(x)


assigned()


class Clears:
    def __init__(self, target):
        self.target = target

    def __del__(self):
        self.target.clear()


def clearing():
    source = [1, 2]
    x = [Clears(source), 2, 3]
    x[:2] = source
    print(x, source)
    y = [0, 2, 3]
    y[0] = Clears(y)
    y[:2] = [1, 2]
    print(y)


clearing()


def flips(n):
    total = 0
    for k in range(n):
        p = [(i * 7 + k) % 9 for i in range(9)]
        for j in range(1, 9):
            p[: j + 1] = p[j::-1]
            total += p[0] * j
        total += len(p[::3]) + p[1:8:2][-1] + sum(p[-1:2:-2])
        t = tuple(p)
        total += t[::-1][0] + len("abcdefgh"[k % 8 :: -2]) + len(t[k % 3 : 7])
        if k % 700 == 699:
            total += len(p[Index(1) :: 2])
    return total


print(flips(3000))
