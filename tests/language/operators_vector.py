"""Operator overloading in loops: vectors, matrices, polynomials, fractions, intervals."""


class Frac:
    __slots__ = ("n", "d")

    def __init__(self, n, d=1):
        a, b = abs(n), abs(d)
        while b:
            a, b = b, a % b
        s = -1 if d < 0 else 1
        self.n, self.d = s * n // (a or 1), s * d // (a or 1)

    def __add__(self, o):
        if isinstance(o, int):
            o = Frac(o)
        if not isinstance(o, Frac):
            return NotImplemented
        return Frac(self.n * o.d + o.n * self.d, self.d * o.d)

    __radd__ = __add__

    def __mul__(self, o):
        if isinstance(o, int):
            o = Frac(o)
        return Frac(self.n * o.n, self.d * o.d)

    __rmul__ = __mul__

    def __sub__(self, o):
        return self + o * -1

    def __rsub__(self, o):
        return Frac(o) - self

    def __truediv__(self, o):
        return self * (Frac(o.d, o.n) if isinstance(o, Frac) else Frac(1, o))

    def __lt__(self, o):
        return self.n * o.d < o.n * self.d

    def __eq__(self, o):
        return (self.n, self.d) == ((o.n, o.d) if isinstance(o, Frac) else (o, 1))

    def __hash__(self):
        return hash((self.n, self.d))

    def __repr__(self):
        return f"{self.n}/{self.d}"

    def __bool__(self):
        return self.n != 0

    def __neg__(self):
        return Frac(-self.n, self.d)

    def __pow__(self, k):
        r = Frac(1)
        for _ in range(k):
            r = r * self
        return r


h = Frac(0)
for i in range(1, 60):
    h += Frac(1, i)
print(h, sum([Frac(1, 2), Frac(1, 3)]), 1 - Frac(1, 3), 2 * Frac(3, 4) / 3, max(Frac(1, 3), Frac(1, 2)), Frac(2, 4) in {Frac(1, 2)}, -Frac(2, -6), Frac(2, 3) ** 10, bool(Frac(0)), Frac(4, 2) == 2)


class Poly:
    def __init__(self, *c):
        self.c = list(c)

    def __call__(self, x):
        r = 0
        for c in reversed(self.c):
            r = r * x + c
        return r

    def __add__(self, o):
        n = max(len(self.c), len(o.c))
        return Poly(*(self[i] + o[i] for i in range(n)))

    def __mul__(self, o):
        r = [0] * (len(self.c) + len(o.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c):
                r[i + j] += a * b
        return Poly(*r)

    def __getitem__(self, i):
        return self.c[i] if i < len(self.c) else 0

    def __setitem__(self, i, v):
        while len(self.c) <= i:
            self.c.append(0)
        self.c[i] = v

    def __len__(self):
        return len(self.c)

    def __iter__(self):
        yield from self.c

    def __eq__(self, o):
        return self.c == o.c

    def __repr__(self):
        return " + ".join(f"{c}x^{i}" for i, c in enumerate(self.c) if c)


p = Poly(1, 1)
q = Poly(1)
for _ in range(30):
    q = q * p
print(list(q)[:6], q(2), (p + Poly(0, 0, 3)), p(0.5), len(q), q[100], Poly(1, 2) == Poly(1, 2))
p[4] = 9
print(p, sum(p))


class Mat:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, o):
        return Mat([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __imatmul__(self, o):
        self.rows = (self @ o).rows
        return self


f = Mat([[1, 1], [1, 0]])
r = Mat([[1, 0], [0, 1]])
for _ in range(90):
    r @= f
print(r[0, 1], r[0, 0])


class V:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y)

    def __mul__(self, k):
        return V(self.x * k, self.y * k)

    def __iadd__(self, o):
        self.x += o.x
        self.y += o.y
        return self

    def __abs__(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    def __contains__(self, v):
        return v in (self.x, self.y)


def simulate(n):
    pos, vel = V(0.0, 10.0), V(1.0, 0.0)
    g = V(0.0, -9.8)
    acc = pos
    for i in range(n):
        vel = vel + g * 0.01
        pos = pos + vel * 0.01
        if pos.y < 0:
            vel.y = -vel.y * 0.9
            pos.y = -pos.y
        acc += V(i, 1)
    return f"{abs(pos):.9f} {abs(vel):.9f}", (acc.x, acc.y), 5 in V(5, 6)


print(simulate(3000))
