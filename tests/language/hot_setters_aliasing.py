"""Attributes and cells written through one alias and read through another, around calls."""


class N:
    def __init__(self, v, next=None):
        self.v = v
        self.next = next


def touch(n):
    n.v += 1


def alias(n):
    a = N(0)
    b = a
    c = N(5)
    t = 0
    for i in range(n):
        a.v += 1
        t += b.v
        touch(b)
        t += a.v
        c.v = a.v
        if i == n // 2:
            b = c
        a.next = b
        a.next.v -= 1
        t ^= a.v + b.v
    return t, a.v, b.v, c.v


def linked(n):
    head = None
    for i in range(n):
        head = N(i, head)
    node, t = head, 0
    while node:
        if node.next and node.v % 3 == 0:
            node.next = node.next.next
        t += node.v
        node = node.next
    prev, node = None, head
    while node:
        node.next, prev, node = prev, node, node.next
    k = 0
    while prev:
        k = (k * 3 + prev.v) % 10007
        prev = prev.next
    return t, k


def ring(n):
    a, b, c = N(1), N(2), N(3)
    a.next, b.next, c.next = b, c, a
    p = a
    for i in range(n):
        p.v += p.next.v % 5
        p.next.v -= 1
        p = p.next
    return a.v, b.v, c.v, p is a


def same_object_twice(n):
    def f(x, y):
        x.v += 1
        y.v *= 2
        return x.v

    a, b = N(1), N(1)
    t = 0
    for i in range(n):
        t += f(a, a if i % 7 == 0 else b)
        a.v %= 100
        b.v %= 100
    return t, a.v, b.v


def callback_writes(n):
    class W:
        def __init__(self):
            self.v = 0

        def __add__(self, o):
            shared.v += o
            return shared.v

    shared, w = N(0), W()
    t = 0
    for i in range(n):
        before = shared.v
        r = w + 2
        t += shared.v - before + (r == shared.v)
    return t, shared.v


def list_and_attr(n):
    o = N([0, 0])
    l = o.v
    for i in range(n):
        o.v[0] += 1
        l[1] += l[0]
        if i == 1500:
            o.v = [100, 100]
        if i == 2000:
            l = o.v
    return o.v, l


def dict_of_object(n):
    o = N(0)
    d = o.__dict__
    t = 0
    for i in range(n):
        o.v += 1
        t += d["v"]
        d["v"] += 1
        t += o.v
        if i % 700 == 0:
            d[f"new{i}"] = i
        if i == 2500:
            del d["next"]
    return t, sorted(d), hasattr(o, "next")


def virtual_escape(n):
    keep = []
    total = 0
    for i in range(n):
        a = N(i)
        b = N(a, None)
        a.next = b if i % 1000 == 999 else None
        if i % 1000 == 999:
            keep.append(b)
        a.v += 1
        total += b.v.v
    return total, [(k.v.v, k.v.next is k) for k in keep]


def temporaries(n):
    t = 0.0
    for i in range(n):
        p = (N(i), [N(0.5)], {"k": N(2)})
        p[0].v += p[1][0].v
        p[2]["k"].v = p[0].v
        t += p[2]["k"].v
        if i == 2222:
            saved = p
    return t, saved[0].v, saved[1][0].v, saved[2]["k"].v


print(alias(3000), linked(3000), ring(3000), same_object_twice(3000), callback_writes(3000), list_and_attr(3000), dict_of_object(3000), virtual_escape(3500), temporaries(3000), sep="\n")
