"""Which sources a console asks a next line for."""
import codeop

SOURCES = [
    "x = 1", "x = 1; y = 2", "", "#c", "if 1:", "if 1:\n  pass", "if 1:\n  pass\n", "(1 +", "(1 +\n2)", "def f():\n  return 1\n", "'''a",
    "f'''{x}", "'a\\", "x = \\", "try:\n  pass", "try:\n  pass\n", "class A:\n  x = 1\n\n", "for i in x: pass", "a b", "a =", ")", "'a",
    "@dec(", "lambda:", "else:", "[1,\n2,", "{1: [2, 3}", "return 1", "x\ny", "if 1:\n pass\nx", "print(1)\nprint(2)\n",
]
for symbol in ("single", "exec", "eval"):
    for source in SOURCES:
        try:
            code = codeop.compile_command(source, "<in>", symbol)
            print(symbol, repr(source), "code" if code else "more")
        except SyntaxError as e:
            print(symbol, repr(source), type(e).__name__)
