"""Prints what examples/outline.rs prints, from CPython's compile(): python3.14 outline.py FILE..."""
import sys
import types
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(100000)


def text(s):
    return repr(s)


def outline(code):
    names = sorted(set(code.co_names))
    lines = sorted({line for _, _, line in code.co_lines() if line and line != code.co_firstlineno})
    consts = sorted(repr(c) for c in code.co_consts if type(c) in (str, bytes, float))
    print(
        f"{code.co_qualname} | {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount} | "
        f"{code.co_flags:#x} | {','.join(code.co_varnames)} | {','.join(code.co_cellvars)} | "
        f"{','.join(code.co_freevars)} | {code.co_firstlineno} | {','.join(names)} | {lines} | {' '.join(consts)}"
    )
    for c in code.co_consts:
        if isinstance(c, types.CodeType):
            outline(c)


sys.stdout.reconfigure(errors="backslashreplace")
for path in sys.argv[1:]:
    print("==", path)
    with open(path, "rb") as f:
        source = f.read()
    try:
        outline(compile(source, path, "exec", dont_inherit=True))
    except SyntaxError as e:
        kind = {"SyntaxError": "Syntax", "IndentationError": "Indentation", "TabError": "Tab"}[type(e).__name__]
        print(f"{kind} {e.msg} line {e.lineno} col {e.offset} to {e.end_lineno} {e.end_offset}")
