"""Functions of one code object with different global names, both hot: machine code is entered with its own alone."""
code = compile("def fib(n):\n    return K if n < 2 else fib(n-1) + fib(n-2)\ndef loop(n):\n    t = 0\n    for i in range(n):\n        t += fib(7) + K\n    return t\n", "<m>", "exec")
spaces = []
for k in (1, 1000):
    s = {"K": k}; exec(code, s); spaces.append(s)
for r in range(3):
    print([s["fib"](17) for s in spaces], [s["loop"](3000) for s in spaces])
def mixed(n):
    t = 0
    a, b = spaces[0]["fib"], spaces[1]["fib"]
    for i in range(n):
        t += a(6) - b(6)
    return t
print(mixed(3000))
