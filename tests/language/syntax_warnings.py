"""What the compiler warns of: message, line, and the error that it becomes."""
import warnings

SOURCES = [
    r'x = "\d"', 'y = b"\\q"', r'f"\{1}"', "z = '''\n\n\\400'''", 'r"\\d"', "assert (1, 'a')", "assert ()", "1 is 1", "x is not 'a'",
    "x is None", "x is ()", "1()", "'a' 'b'(1)", "[1, 2]['a']", "[1, 2][1]", "{1}[0]", "(1, 2)[1.5]", "'a'[None]", "(lambda: 1)()",
    "[i for i in 'a'](1)", "{1: 2}['a']", "None[1]", "f'{1}'(2)", "1if 2 else 3", "0x1for x in y", "1.5in y", "1jor 2",
    "def f():\n  try: pass\n  finally:\n    return 1", "for i in x:\n  try: pass\n  finally: break",
    "while 1:\n  try: pass\n  finally: continue", "try: pass\nfinally:\n  for i in x: break",
    "try: pass\nfinally:\n  def f(): return 1", "def f():\n  try:\n    pass\n  finally:\n    if x:\n      return",
]
for source in SOURCES:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "<source>", "exec")
    print(repr(source))
    for w in caught:
        print("   ", w.category.__name__, w.lineno, w.filename, w.message)
    if caught:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                compile(source, "<source>", "exec")
            except SyntaxError as e:
                print("    error:", e.msg, e.lineno)
