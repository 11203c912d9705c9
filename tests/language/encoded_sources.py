"""Sources in encodings that only codecs know, and text whose cookie means nothing."""
namespace = {}
exec(b"# coding: cp1252\nx = '\x80'", namespace)
print(ascii(namespace["x"]))
exec(b"#!shebang\n# vim: set fileencoding=iso8859-15 :\nx = '\xa4'", namespace)
print(ascii(namespace["x"]))
exec("# coding: latin-1\nx = '\u20ac'", namespace)
print(ascii(namespace["x"]))
for source in (b"# coding: nope\nx", b"# coding: ascii\n'\xe9'"):
    try:
        compile(source, "<s>", "exec")
    except SyntaxError as e:
        print(e.msg)
