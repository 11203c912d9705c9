"""match: literals, captures, sequences, mappings, classes, guards, alternatives, values."""
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


class Keyword:
    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)


class Color:
    RED = 1
    GREEN = "g"


def describe(value):
    match value:
        case None:
            return "none"
        case True | False:
            return f"bool {value}"
        case 0:
            return "zero"
        case -1 | 1.5 | 2 + 3j:
            return f"number {value}"
        case Color.GREEN:
            return "green"
        case "a" | "b" as letter:
            return f"letter {letter}"
        case str():
            return f"string {value!r}"
        case int(n) if n > 100:
            return f"big {n}"
        case int(n):
            return f"int {n}"
        case float(f):
            return f"float {f}"
        case b"raw":
            return "bytes"
        case []:
            return "empty sequence"
        case [x]:
            return f"one {x}"
        case [1, y, *rest] if rest:
            return f"starts with 1, then {y}, rest {rest}"
        case [_, [inner, *_], *_]:
            return f"nested {inner}"
        case (first, *middle, last):
            return f"{first}..{last} around {middle}"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"type": kind, **others}:
            return f"{kind} with {others}"
        case {}:
            return f"mapping of {len(value)}"
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y):
            return f"on y axis {y}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return f"point {value.x},{value.y}"
        case Keyword(a=1, b=b):
            return f"keyword {b}"
        case Keyword(c=[p, q]) | Keyword(d=(p, q)):
            return f"pair {p} {q}"
        case _:
            return f"other {type(value).__name__}"


for value in (None, True, False, 0, 0.0, -1, 1.5, 2 + 3j, "g", "a", "b", "word", 101, 50, 2.5, b"raw", b"x", [], (),
              [9], [1, 2, 3], [1, 2], [5, [6, 7], 8], (1, 2, 3, 4), {"type": "circle", "r": 3},
              {"type": "square", "side": 2}, {"z": 1}, {}, Point(0, 0), Point(0, 5), Point(3, 3), Point(1, 2),
              Keyword(a=1, b=2), Keyword(c=[1, 2]), Keyword(d=(3, 4)), Keyword(e=1), {1, 2}, range(3), iter([]),
              bytearray(b"x")):
    print(describe(value))


def commands(line):
    match line.split():
        case ["go", ("north" | "south") as direction]:
            return "going " + direction
        case ["get", item] | ["pick", "up", item]:
            return "taking " + item
        case ["drop", *items]:
            return f"dropping {items}"
        case [verb, *_]:
            return "unknown " + verb
        case _:
            return "nothing"


for line in ("go north", "go east", "get lamp", "pick up sword", "drop a b c", "dance", ""):
    print(commands(line))

match (1, 2), [3, 4]:
    case (a, b), [c, d]:
        print(a, b, c, d)
match 5:
    case n if n < 0:
        print("negative")
    case n if (half := n / 2) > 2:
        print("half", half, n)
match {"a": 1, "b": {"c": [1, 2, {"d": 4}]}}:
    case {"b": {"c": [*_, {"d": deep}]}}:
        print(deep)


class Pos:
    __match_args__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right


match Pos(1, Pos(2, 3)):
    case Pos(a, Pos(b, c)):
        print(a, b, c)
try:
    match Pos(1, 2):
        case Pos(1, 2, 3):
            pass
except TypeError as error:
    print(error)
try:
    match 5:
        case describe():
            pass
except TypeError as error:
    print(error)
match "unmatched":
    case 1:
        print("no")
match = 3
case = match + 1
_ = match * case
print(match, case, _)


def loop(values):
    counts = {"int": 0, "str": 0, "pair": 0, "other": 0}
    for value in values:
        match value:
            case int():
                counts["int"] += value
            case str(s):
                counts["str"] += len(s)
            case (a, b):
                counts["pair"] += a * b
            case _:
                counts["other"] += 1
    return counts


print(loop([1, "ab", (2, 3), None, 4, [5, 6], "c", 2.0] * 500))


class Seq:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return i


match Seq():
    case [a, b]:
        print("sequence")
    case _:
        print("not registered")
match bool(1):
    case int(x):
        print("int subclass", x)
match {"x": None}:
    case {"x": y}:
        print("None value", y)
