"""compile() of trees: as the source compiles, after changes, and what is no program."""
import ast

SOURCE = '''
"""doc"""
from os import path as p, sep
import sys as system
@staticmethod
def f(a, /, b: int = 2, *args, c, d=4, **kw) -> "x":
    global g
    g = lambda x, *y, z=1: (x, y, z)
    try:
        with open(a) as q, b:
            pass
    except (ValueError, TypeError) as e:
        raise KeyError from e
    else:
        del a[1:2, ...]
    finally:
        assert a, "m"
    return [x for x in a if x], {k: v for k, v in b}, {*a}, (y for y in b), f"{a!r:>{b}} {c}"
class C[T: int, *U, **V](list, metaclass=type):
    x: int = -1
    async def m(self):
        async for i in self:
            await i
        async with self as s:
            yield s
    def n(self):
        nonlocal_ = 1
        def inner():
            nonlocal nonlocal_
            nonlocal_ += 1
            yield from (1, 2)
        return inner
match [1, {"a": 2}]:
    case [int(), {"a": x, **rest}] if x:
        r = x
    case str(z) | [*z]:
        r = z
    case None | True | -1 | "s":
        r = 0
if (w := 3) > 2 < 5: v = w
elif w: v = 1
else: v = 2
for i, (j, *k) in []: continue
else: n = 1j + 10 ** 30 + 1.5
while v: v -= 1
type A[T] = list[T]
'''


def parts(code):
    yield code.co_name, code.co_code, code.co_names, code.co_varnames, list(code.co_positions()), code.co_exceptiontable
    for c in code.co_consts:
        if hasattr(c, "co_code"):
            yield from parts(c)
        else:
            yield repr(c)


tree = ast.parse(SOURCE)
print(list(parts(compile(tree, "f", "exec"))) == list(parts(compile(SOURCE, "f", "exec"))))


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        if isinstance(node.value, int):
            return ast.copy_location(ast.Constant(node.value * 2), node)
        return node


print(eval(compile(ast.fix_missing_locations(Double().visit(ast.parse("[1, 2, 'a', -3]", mode="eval"))), "e", "eval")))
exec(compile(ast.Interactive([ast.Expr(ast.Constant("shown", lineno=1, col_offset=0), lineno=1, col_offset=0)]), "i", "single"))
tree = ast.parse("x = 1\ny = x / 0\n")
ast.increment_lineno(tree, 40)
try:
    exec(compile(tree, "moved", "exec"), {})
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_lineno)
tuples = ast.Expression(ast.Constant((1, (2, b"x"), None, ..., "\ud800", -5, 2 ** 70, -1.5j)))
print(ascii(eval(compile(ast.fix_missing_locations(tuples), "t", "eval"))))

loc = dict(lineno=1, col_offset=0)
name = lambda ctx=ast.Load(): ast.Name("x", ctx, **loc)
BAD = [
    ast.Module([ast.Assign([name()], name(), **loc)], []),
    ast.Module([ast.Assign([], name(), **loc)], []),
    ast.Module([ast.Assign([ast.Constant(1, **loc)], name(), **loc)], []),
    ast.Module([ast.Expr(ast.Name("None", ast.Load(), **loc), **loc)], []),
    ast.Module([ast.If(name(), [], [], **loc)], []),
    ast.Module([ast.Expr(ast.BoolOp(ast.And(), [name()], **loc), **loc)], []),
    ast.Module([ast.Expr(name(), lineno=1)], []),
    ast.Module([name()], []),
    ast.Module([ast.Expr(ast.Constant([]), **loc)], []),
    ast.Module([ast.Return(name(), **loc)], []),
    ast.Module("x", []),
    ast.Expression(name()),
    ast.Module([ast.Try([ast.Pass(**loc)], [], [], [], **loc)], []),
]
for tree in BAD:
    try:
        compile(tree, "bad", "exec")
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])
