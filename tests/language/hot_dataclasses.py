"""Dataclasses, named tuples and enums in hot loops."""
from collections import namedtuple
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import NamedTuple


@dataclass
class P:
    x: int
    y: float = 0.5
    tags: list = field(default_factory=list)


@dataclass(frozen=True, order=True)
class F:
    a: int
    b: str = "b"


@dataclass(slots=True)
class S:
    v: int = 0


N = namedtuple("N", "left right", defaults=[7])


class T(NamedTuple):
    p: int
    q: float = 1.5


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    def next(self):
        return Color(self.value % 3 + 1)


class Level(IntEnum):
    LOW = 1
    HIGH = 10


def points(n):
    p, t = P(0), 0
    for i in range(n):
        p = P(p.x + 1, p.y * 1.001 % 3, p.tags)
        p.tags.append(i) if i % 100 == 0 else None
        t += p == P(p.x, p.y, p.tags)
        if i == n // 2:
            p.x = 0.25
    return p.x, f"{p.y:.9f}", len(p.tags), t


def frozen(n):
    s, errors = set(), 0
    for i in range(n):
        f = F(i % 10, "ab"[i % 2])
        s.add(f)
        errors += f < F(5)
        try:
            f.a = 3
        except AttributeError:
            errors += 1
    return len(s), errors, max(s), repr(min(s))


def slotted(n):
    s = S()
    for i in range(n):
        s.v += i
        s = replace(s, v=s.v % 1009) if i % 10 == 0 else s
    return s


def tuples(n):
    t = 0
    x = N(1)
    for i in range(n):
        x = N(x.right % 1000, x.left + i)
        a, b = x
        t += a - b + x[0] + len(x)
        if i % 300 == 0:
            x = x._replace(left=5)
        t += T(i).p + T(i, 2.0).q
    return x, t


def enums(n):
    c, t = Color.RED, 0
    counts = {}
    for i in range(n):
        c = c.next()
        if c is Color.GREEN:
            t += 1
        elif c == Color.BLUE:
            t += 2
        t += c.value + (Level.HIGH > i % 12) + Level.LOW
        counts[c] = counts.get(c, 0) + 1
    return c, t, [(k.name, v) for k, v in counts.items()]


print(points(2000), frozen(1500), slotted(2000), tuples(2000), enums(1000), sep="\n")
