"""Modules' code that awaits, and modules' code called as a function: their names live in a mapping."""
import ast
import asyncio
import types

FLAG = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
source = """
import asyncio
total = 0
async def numbers():
    for i in range(3):
        await asyncio.sleep(0)
        yield i
async for n in numbers():
    total += n
squares = [n * n async for n in numbers()]
await asyncio.sleep(0)
seen = sorted(name for name in locals() if not name.startswith("_"))
del n
"""
code = compile(source, "cell", "exec", flags=FLAG)
g = {}
asyncio.run(eval(code, g))
print(g["total"], g["squares"], g["seen"], "n" in g)
g, l = {"asyncio": asyncio}, {}
asyncio.run(eval(code, g, l))
print(sorted(l), sorted(name for name in g if name != "__builtins__"), l["squares"])
g = {}
asyncio.run(types.FunctionType(code, g)())
print(g["total"], g["squares"])


async def value():
    return 42


print(asyncio.run(eval(compile("await value()", "cell", "eval", flags=FLAG))))
c = eval(code, {}, {"x": 1})
print(c.cr_frame.f_locals)
c.close()
plain = compile("y = 1\nz = y + 1\ndef f(): return z\nprint(sorted(k for k in locals() if k in 'yzf'))", "cell", "exec")
g = {}
print(types.FunctionType(plain, g)(), g["z"], g["f"]())
print(eval(compile("1 + 1", "cell", "eval", flags=FLAG)))
