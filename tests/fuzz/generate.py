"""Make a random Python program that stays hot, ends, and prints what it computed.

usage: generate.py SEED

The same seed gives the same program. The programs are made to trouble a tracing JIT: loops whose
variables change type, ints that outgrow machine words, callees worth inlining that raise,
attributes and globals that change midway, lists and dicts that are aliased and resized, nested
loops, try/finally with break and continue, generators and closures. Every statement that may
raise stands in a try that logs the error's type, so the order of effects shows in the output.
"""
import random
import sys

HEADER = '''\
log = []
steps = 0


def note(*values):
    if len(log) < 400:
        log.append(values)


def small(x):
    """Keep values of every type printable and bounded."""
    if type(x) is int and not -(1 << 80) < x < 1 << 80:
        return x % 1000003
    if type(x) is float and not -1e60 < x < 1e60:
        return 0.5
    if type(x) is str and len(x) > 40:
        return x[-7:]
    if type(x) is list and len(x) > 12:
        return x[:3]
    if type(x) is tuple and len(x) > 6:
        return x[:2]
    return x


def times(a, b):
    """A product; sequences are repeated a few times only, whatever the factor."""
    if isinstance(a, (str, list, tuple)):
        return a * (b if type(b) is not int or -5 < b < 5 else 2)
    if isinstance(b, (str, list, tuple)):
        return times(b, a)
    return a * b


class Tick:
    """Bounds the work of the whole program."""

    def __init__(self, limit):
        self.left = limit

    def __call__(self):
        self.left -= 1
        return self.left < 0


tick = Tick(60000)


class A:
    kind = 3

    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v

    def put(self, x):
        self.v = small(x)
        return self

    def mix(self, x, y=2):
        return self.v + times(x, y)

    @property
    def twice(self):
        return self.v * 2

    def __add__(self, other):
        return self.v + (other.v if isinstance(other, A) else other)

    def __lt__(self, other):
        return self.v < (other.v if isinstance(other, A) else other)

    def __repr__(self):
        return f"{type(self).__name__}({self.v!r})"


class B(A):
    kind = 4

    def get(self):
        return super().get() + 1

    def mix(self, x, y=5):
        if y == 7:
            raise KeyError(y)
        return self.v - x


class S:
    __slots__ = ("v", "w")

    def __init__(self, v):
        self.v = v
        self.w = 0

    def get(self):
        self.w += 1
        return self.v

    def put(self, x):
        self.v = small(x)
        return self

    def mix(self, x, y=1):
        return x

    kind = 9

    @property
    def twice(self):
        return self.w

    def __repr__(self):
        return f"S({self.v!r}, {self.w})"


G = 5
H = 0.5
'''

ERRORS = ("(TypeError, ValueError, ZeroDivisionError, OverflowError, IndexError, KeyError, "
          "AttributeError, UnboundLocalError, RuntimeError)")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.functions = []
        self.serial = 0

    # Small helpers -------------------------------------------------------------------------
    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, p):
        return self.random.random() < p

    def name(self, prefix):
        self.serial += 1
        return f"{prefix}{self.serial}"

    def constant(self):
        r = self.random
        if self.chance(0.6):
            return self.pick(str(r.randint(-3, 10)), str(r.randint(-1000, 1000)), repr(r.choice((0.0, 1.5, -2.25))))
        return self.pick(
            str(r.choice((1 << 31, (1 << 62) - 1, 1 << 62, -(1 << 62), (1 << 63) - 1, 1 << 64, 10 ** 20))),
            repr(r.choice((0.0, -0.0, 0.5, 1.5, -2.25, 1e10, 1e-3, 3.0))),
            repr(r.choice(("", "a", "xy", "é", "中a", "12"))),
            r.choice(("True", "False", "None")), f"[{r.randint(0, 5)}, {r.randint(0, 5)}]",
            f"({r.randint(0, 5)}, {r.randint(0, 5)})")

    # Expressions ---------------------------------------------------------------------------
    def number(self, names, depth=0):
        r = self.random
        if depth > 2 or self.chance(0.3):
            return self.pick(self.pick(*names), self.pick(*names), str(r.randint(-2, 9)), "G", "H",
                             repr(r.choice((0.5, 1.5, 2.0))))
        a, b = self.number(names, depth + 1), self.number(names, depth + 1)
        kind = r.randint(0, 17)
        if kind < 2:
            return self.pick(f"times({a}, {b})", f"({a} * {self.pick('2', '0.5', '3', '-1')})")
        if kind < 8:
            return f"({a} {self.pick('+', '-', '-', '+', '-', '//', '%', '/', '&', '|', '^')} {b})"
        if kind == 8:
            return f"({a} {self.pick('<<', '>>')} {r.randint(0, 5)})"
        if kind == 9:
            return f"({a} if {self.condition(names, depth + 1)} else {b})"
        if kind == 10:
            return f"{self.pick('abs', 'int', 'float', 'round', '-', '~', 'len', 'bool')}({a})"
        if kind == 11:
            return f"{self.pick('min', 'max')}({a}, {b})"
        if kind == 12:
            return f"(int({a}) * {r.choice((6364136223846793005, 2654435761, 31))} + {b}) & {r.choice(('0xFFFFFFFFFFFFFFFF', '0xFFFFFFFF', '0xFF'))}"
        if kind == 13 and self.functions:
            return self.call(names, depth)
        if kind == 14:
            return f"o.{self.pick('v', 'kind', 'twice', 'get()', f'mix({a})', f'mix({a}, y={b})', f'put({a}).v')}"
        if kind == 15:
            return f"l[{self.pick(f'{a} % 7', f'{r.randint(-4, 6)}', 'i % len(l)', '-1')}]"
        if kind == 16:
            return f"d.get({self.pick(a, 'i % 5', repr('k'))}, {b})"
        return f"sum([{a}, {b}, i])"

    def condition(self, names, depth=0):
        a, b = self.number(names, depth + 1), self.number(names, depth + 1)
        return self.pick(
            f"{a} {self.pick('<', '<=', '>', '>=', '==', '!=')} {b}", f"{a} < i < {b}", f"{a}", f"not {a}",
            f"i % {self.random.randint(2, 9)} == {self.random.randint(0, 2)}",
            f"type({a}) is {self.pick('int', 'float', 'str', 'bool')}", f"isinstance({a}, {self.pick('int', '(float, str)', 'A')})",
            f"{a} in {self.pick('l', 'd', '(1, 2, 0.5)')}", f"{a} is None",
            f"({a} > 3 and {b} < 10)", f"({a} or {b})")

    def call(self, names, depth):
        name, arity = self.pick(*self.functions)
        arguments = [self.number(names, depth + 1) for _ in range(arity)]
        if arity > 1 and self.chance(0.2):
            arguments[-1] = f"p{arity - 1}=" + arguments[-1]
        if self.chance(0.1):
            return f"{name}(*[{', '.join(a.split('=')[-1] if a.startswith('p') else a for a in arguments)}])"
        return f"{name}({', '.join(arguments)})"

    # Statements ----------------------------------------------------------------------------
    def emit(self, level, text):
        self.lines.append("    " * level + text)

    def block(self, level, names, depth, in_loop):
        for _ in range(self.random.randint(1, 4)):
            self.statement(level, names, depth, in_loop)

    def statement(self, level, names, depth, in_loop):
        r = self.random
        kind = r.randint(0, 25)
        x = self.pick(*names)
        if x == "i":
            x = names[-1]
        if kind < 8:
            self.emit(level, f"{x} = small({self.number(names)})")
        elif kind < 10:
            self.emit(level, f"{x} {self.pick('+=', '-=', '-=', '^=', '//=', '+=', '+=')} {self.number(names, 2)}")
            self.emit(level, f"{x} = small({x})")
        elif kind == 10:
            self.emit(level, f"if i == {r.randint(0, 400)}:")
            self.emit(level + 1, f"{x} = {self.constant()}")
        elif kind == 11 and depth < 3:
            self.emit(level, f"if {self.condition(names)}:")
            self.block(level + 1, names, depth + 1, in_loop)
            if self.chance(0.5):
                self.emit(level, "else:")
                self.block(level + 1, names, depth + 1, in_loop)
        elif kind == 12 and depth < 2:
            j = self.name("j")
            self.emit(level, f"for {j} in {self.pick(f'range({r.randint(0, 9)})', 'range(i % 5)', 'l', 'tuple(l)', 'd', f'count({r.randint(0, 6)})', 'enumerate(l)', f'range({r.randint(5, 9)}, 0, -2)')}:")
            self.emit(level + 1, "if tick(): break")
            self.block(level + 1, names + [j], depth + 1, True)
        elif kind == 13 and depth < 2:
            w = self.name("w")
            self.emit(level, f"{w} = {r.randint(1, 8)}")
            self.emit(level, f"while {w} > 0 and not tick():")
            self.emit(level + 1, f"{w} -= 1")
            self.block(level + 1, names + [w], depth + 1, True)
        elif kind == 14:
            self.emit(level, self.pick(f"l[{self.pick('i % 5', '-1', 'i % len(l)', '3')}] = small({self.number(names)})",
                                       f"l.append(small({self.number(names)}))", "l.pop()", f"l[{r.randint(-3, 5)}], {x} = {x}, l[0]",
                                       "l = l[:8]", "l = l[1:] + l[:1]", "l.reverse()", "m = l", "m[0] = i", "del l[10:]", "l.insert(0, i)"))
        elif kind == 15:
            self.emit(level, self.pick(f"d[{self.pick('i % 5', repr('k'), f'{x}')}] = small({self.number(names)})",
                                       "d.pop(i % 5, None)", f"d.setdefault(i % 7, {x})", "d = dict(list(d.items())[:6])",
                                       f"{x} = len(d)", "d.clear() if len(d) > 20 else None"))
        elif kind == 16:
            self.emit(level, self.pick(f"o.v = small({self.number(names)})", f"o.put({x})", "o = os[i % len(os)]", f"o.v = {x}",
                                       f"{x} = o.v", f"{x} = o.get()", "o.extra = i", f"{x} = small(o + i)", "o = A(i)", f"o = B({x})",
                                       f"os[i % len(os)] = S({x})"))
        elif kind == 17:
            self.emit(level, f"if i == {r.randint(50, 400)}:")
            self.emit(level + 1, self.pick("A.kind = 0.5", "A.get = lambda self: self.v * 2", "B.kind = 'k'", "globals()['G'] = G + 1.5",
                                           "globals()['H'] = 7", "A.put = lambda self, x: self", "globals()['G'] = 1 << 61", "del B.get",
                                           "o.__class__ = B", "o.get = lambda: 11", "A.twice = 5"))
        elif kind == 18:
            self.emit(level, "try:")
            self.block(level + 1, names, depth + 1, in_loop)
            if self.chance(0.5):
                self.emit(level, f"except {self.pick('ZeroDivisionError', 'TypeError', '(ValueError, KeyError)', 'IndexError', 'Exception')} as e:")
                self.emit(level + 1, f"{x} = {self.pick('i', '0', '0.5', 'len(str(e)) % 3', repr('e'))}")
                if self.chance(0.3):
                    self.emit(level, "finally:")
                    self.emit(level + 1, f"{x} = {self.number(names, 2)}")
            else:
                self.emit(level, "finally:")
                self.emit(level + 1, self.pick("c += 1", f"{x} = i", f"note({x}) if i % 50 == 0 else None"))
        elif kind == 19 and in_loop:
            self.emit(level, f"if {self.condition(names)}:")
            self.emit(level + 1, self.pick("continue", "continue", "break") if depth > 0 else "continue")
        elif kind == 20:
            self.emit(level, f"if i % {r.randint(20, 90)} == {r.randint(0, 9)}:")
            self.emit(level + 1, f"note({x}, {self.pick(*names)}, {self.pick('l', 'd', 'o', 'c')})")
        elif kind == 21:
            self.emit(level, f"{x}, {names[-1]} = {self.pick(*names)}, {x}")
        elif kind == 22:
            self.emit(level, f"c = bump({self.pick('1', 'i % 3')})")
        elif kind == 23:
            self.emit(level, f"{x} = small([{self.pick('q', 'q * 2', 'q + i')} for q in {self.pick('l', 'range(i % 4)', 'count(3)')}]{self.pick('', '[:1]', '[0]', '.count(1)')})")
        elif kind == 24:
            self.emit(level, f"if i % {r.randint(30, 200)} == {r.randint(0, 9)}:")
            self.emit(level + 1, f"del {x}")
        else:
            self.emit(level, f"{x} = thrower(i, {self.number(names, 2)})")

    def function(self):
        name, arity = self.name("f"), self.random.randint(1, 3)
        parameters = [f"p{k}" for k in range(arity)]
        shown = parameters[:-1] + [parameters[-1] + (f"={self.constant()}" if arity > 1 and self.chance(0.5) else "")]
        self.emit(0, f"def {name}({', '.join(shown)}):")
        names = parameters[:]
        saved, self.functions = self.functions, self.functions[-2:]
        for k in range(self.random.randint(1, 3)):
            self.emit(1, f"t{k} = {self.helper_expression(names)}")
            names.append(f"t{k}")
            if self.chance(0.4):
                self.emit(1, f"if {self.helper_expression(names)} {self.pick('<', '>', '==')} {self.helper_expression(names)}:")
                self.emit(2, self.pick(f"return {self.pick(*names)}", f"t{k} = small({self.helper_expression(names)})",
                                       f"raise {self.pick('ValueError', 'KeyError', 'ZeroDivisionError')}(t{k})"))
        self.emit(1, f"return small({self.helper_expression(names)})")
        self.emit(0, "")
        self.functions = saved + [(name, arity)]

    def helper_expression(self, names):
        a, b = self.pick(*names), self.pick(*names)
        r = self.random
        choices = [f"{a} + {b}", f"{a} - {r.randint(0, 5)}", f"times({a}, {b})", f"{a} // 3", f"{a} % 7", f"({a}, {b})[0]", a,
                   f"{a} if {b} else {r.randint(0, 4)}", f"{a} ^ 5", f"abs({a})", "G", f"{a} * 0.5", str(r.randint(0, 9))]
        if self.functions and self.chance(0.3):
            name, arity = self.pick(*self.functions)
            choices = [f"{name}({', '.join(self.pick(*names) for _ in range(arity))})"]
        return self.pick(*choices)

    def loop(self):
        name = self.name("loop")
        names = ["i", "a", "b", "x", "y"]
        self.emit(0, f"def {name}(n, a, b):")
        self.emit(1, f"x, y, c = {self.constant()}, {self.constant()}, 0")
        self.emit(1, "l, d, os = [1, 2, 3, 4, 5], {0: 1, 'k': 2}, [A(1), B(2), S(3)]")
        self.emit(1, "m, o = l, os[0]")
        self.emit(1, "def bump(k):")
        self.emit(2, "nonlocal c")
        self.emit(2, "c += k")
        self.emit(2, "return c")
        self.emit(1, "def count(k):")
        self.emit(2, "for q in range(k):")
        self.emit(3, "yield q")
        self.emit(3, "c_local = q" if self.chance(0.5) else "bump(1)")
        self.emit(1, "for i in range(n):")
        self.emit(2, "if tick(): break")
        self.emit(2, "try:")
        self.block(3, names, 0, False)
        self.block(3, names, 0, False)
        self.emit(2, f"except {ERRORS} as error:")
        self.emit(3, "note(i, type(error).__name__) if i % 10 == 0 or i > n - 5 else None")
        self.emit(3, f"{self.pick('a', 'b', 'x', 'y')} = {self.constant()}")
        self.emit(1, "out = []")
        for v in ("a", "b", "x", "y", "c", "l", "d", "os", "m is l"):
            self.emit(1, "try:")
            self.emit(2, f"out.append(repr({v})[:120])")
            self.emit(1, "except UnboundLocalError:")
            self.emit(2, f"out.append('{v} unbound')")
        self.emit(1, "return out")
        self.emit(0, "")
        return name

    def program(self):
        self.lines = HEADER.splitlines()
        self.emit(0, "")
        self.emit(0, "")
        self.emit(0, "def thrower(i, x):")
        self.emit(1, f"if i % {self.random.randint(5, 60)} == 3:")
        self.emit(2, f"raise {self.pick('ValueError', 'IndexError', 'TypeError')}(i)")
        self.emit(1, "return x")
        self.emit(0, "")
        for _ in range(self.random.randint(1, 4)):
            self.function()
        for _ in range(self.random.randint(1, 2)):
            name = self.loop()
            for _ in range(self.random.randint(1, 2)):
                self.emit(0, f"tick.left = 60000")
                self.emit(0, f"print({name}({self.random.choice((450, 700, 1200))}, {self.constant()}, {self.constant()}))")
        self.emit(0, "for entry in log:")
        self.emit(1, "print(*[repr(value)[:80] for value in entry])")
        return "\n".join(self.lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(Generator(int(sys.argv[1])).program())
