"""match statements that loops run often enough for machine code; imports in functions."""
import collections
import collections.abc
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


class Circle:
    __match_args__ = ("center", "radius")

    def __init__(self, center, radius):
        self.center = center
        self.radius = radius


class Lazy:
    __match_args__ = ("value",)
    asked = 0

    @property
    def value(self):
        Lazy.asked += 1
        return Lazy.asked


def kind(v):
    match v:
        case 0 | 1:
            return "bit"
        case int(n) if n < 0:
            return f"negative {n}"
        case int():
            return "int"
        case str(s):
            return s.upper()
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y=0):
            return f"on x at {x}"
        case Point(x, y):
            return x + y
        case Circle(Point(a, b), r):
            return a, b, r
        case Lazy(v) if v % 3 == 0:
            return "third"
        case Lazy():
            return "lazy"
        case []:
            return "empty"
        case [x]:
            return "one", x
        case ["go", where]:
            return "go", where
        case [first, *middle, last]:
            return first, len(middle), last
        case {"op": "add", "args": [a, b]}:
            return a + b
        case {"op": op, **rest}:
            return op, sorted(rest)
        case {}:
            return "mapping"
        case None | True | False:
            return "constant"
        case float() as f:
            return f * 2
        case _:
            return "other"


values = [
    0, 7, -3, "text", Point(0, 0), Point(5, 0), Point(2, 3), Circle(Point(1, 2), 9), Circle(0, 0), Lazy(), Lazy(),
    [], (4,), ["go", "north"], (1, 2, 3, 4), {"op": "add", "args": (1, 2)}, {"op": "neg", "x": 1, "a": 2}, {"other": 1},
    None, True, 2.5, 1 + 2j, range(3), b"bytes", collections.deque([1, 2]), collections.OrderedDict(op="x"),
]
for turn in range(4):
    for v in values:
        Lazy.asked = 0
        results = [kind(v) for _ in range(60)]
        print(type(v).__name__, results[0], results[-1], len(set(map(str, results))))


class Late:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (10, 20)[i]

    def __iter__(self):
        return iter((10, 20))


def pair(v):
    match v:
        case [a, b]:
            return a, b
    return "no pair"


late = Late()
print({pair(late) for _ in range(200)})
collections.abc.Sequence.register(Late)
print({pair(late) for _ in range(200)})


def wrong(v, kind):
    match v:
        case kind(1, 2):
            return "matched"
    return "not"


for make in (lambda: wrong(3, int), lambda: wrong(Point(1, 2), Point), lambda: wrong(1, 5)):
    seen = set()
    for _ in range(100):
        try:
            seen.add(make())
        except TypeError as e:
            seen.add(str(e))
    print(seen)


def run(program):
    stack, pc, steps = [], 0, 0
    while True:
        steps += 1
        match program[pc]:
            case ("push", value):
                stack.append(value)
            case ("add",):
                top = stack.pop()
                stack[-1] += top
            case ("dup",):
                stack.append(stack[-1])
            case ("less", limit, target):
                if stack[-1] < limit:
                    pc = target
                    continue
            case ("halt",):
                return stack, steps
            case unknown:
                raise ValueError(f"unknown instruction {unknown}")
        pc += 1


print(run([("push", 1), ("push", 2), ("add",), ("less", 2000, 1), ("halt",)]))
try:
    run([("push", 1), ("jump", 0)])
except ValueError as e:
    print(e)


def imports(n):
    total = 0
    for i in range(n):
        import math
        from os import path as p
        from collections import OrderedDict, deque

        total += math.floor(i / 2) + len(deque([i])) + len(p.join("a", "b"))
    return total, OrderedDict.__name__


def missing(n):
    seen = set()
    for i in range(n):
        try:
            from math import nothing_of_that_name
        except ImportError as e:
            seen.add((e.name, str(e).split(" (")[0]))
        try:
            import no_such_module_at_all
        except ModuleNotFoundError as e:
            seen.add(str(e))
    return sorted(seen, key=str)


print(imports(300), missing(60))
