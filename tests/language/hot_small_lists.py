"""Small lists as temporaries of hot loops: read, written, grown, kept, dropped in order."""


class Loud:
    def __init__(self, name, log):
        self.name = name
        self.log = log

    def __del__(self):
        self.log.append(self.name)


def vectors(n):
    v = [0.0, 1.0, 2.0]
    for i in range(n):
        d = [i, 0.5, -1]
        v = [v[0] + d[0], v[1] * d[1], v[2] - d[2]]
        v[1] += len(v)
        d[0], d[2] = d[2], d[0]
        v[2] += d[-1]
    return v, d


def indexed(n):
    total = 0
    for i in range(n):
        l = [i, i + 1, i + 2]
        total += l[i % 3] + l[-1]
        if i % 50 == 49:
            try:
                l[3]
            except IndexError as e:
                total += len(str(e))
        l[i % 3] = 7
        total += sum(l)
    return total


def grown(n):
    out = []
    for i in range(n):
        l = [i, -i]
        l.append(i * 2)
        l += [1]
        if i % 100 == 3:
            out.append(l)
            l[0] = "changed"
        l.pop()
    return out, l


def shared(n):
    total = 0
    for i in range(n):
        a = [i, 1]
        b = a
        b[0] += 1
        c = [a, b]
        c[0][1] = 5
        total += a[0] + a[1] + (c[0] is c[1])
    return total, c


def unpacked(n):
    x = y = 0
    for i in range(n):
        x, y = [y, x + i]
        [p, q] = [i, [x]]
        y += q[0] - p
        y %= 1000003
    return x, y


def order(n):
    log = []
    for i in range(n):
        l = [Loud(0, log), Loud(1, log), [Loud(2, log), Loud(3, log)]]
        l[0], l[1] = l[1], l[0]
    del l
    return log[:4], log[-4:], len(log)


def handed(n):
    def first(l):
        l[0] += 1
        return l[0]

    def keep(l, into):
        into[:] = l
        return into

    into = []
    total = 0
    for i in range(n):
        l = [i, 2]
        total += first(l) + l[0] + len(keep(l, into))
    return total, into


def compared(n):
    hits = 0
    for i in range(n):
        hits += [i % 3, 1] == [2, 1]
        hits += [i % 3] < [1]
        hits += i % 5 in [1, 2]
    return hits


def states(n):
    s = [0, 1, "a"]
    i = 0
    while i < n:
        if i % 7 == 0:
            s = [s[1], s[0], s[2]]
        elif i % 7 == 3:
            s[0] += i
        elif i % 7 == 5:
            s = [s[0], s[1] + 1, "b"]
        else:
            s = [s[0] + 1, s[1], s[2]]
        i += 1
    return s


for n in (5, 60, 1200):
    print(vectors(n), indexed(n), grown(n), shared(n), unpacked(n))
    print(order(n), handed(n), compared(n), states(n))
