"""t-strings: Template, Interpolation, conversions, nesting, concatenation."""
name, n = "world", 5
t = t"hello {name}!"
print(type(t).__name__, t.strings, t.values)
i = t.interpolations[0]
print(type(i).__name__, i.value, i.expression, i.conversion, i.format_spec)
t = t"{name!r:>10} and {n + 1:{n}d} {n=}"
print(t.strings, t.values)
for part in t.interpolations:
    print(part.value, part.expression, part.conversion, part.format_spec)
print([p if isinstance(p, str) else p.value for p in t"a{1}b{2}{3}"])
joined = t"x{1}" + t"{2}y"
print(joined.strings, joined.values)
print(t"".strings, t"plain".strings, t"".values)
nested = t"outer {t'inner {n}'}"
print(nested.values[0].values)


def render(template):
    out = []
    for part in template:
        if isinstance(part, str):
            out.append(part)
        else:
            value = part.value
            if part.conversion == "r":
                value = repr(value)
            out.append(format(value, part.format_spec).upper())
    return "".join(out)


print(render(t"mix {name} {n:03} {name!r}"), render(t"{{braces}} {1 + 1}"))
print(render(rt"raw\n {n}"))
match t"m {n}":
    case template:
        print(template.interpolations[0].expression)
a, b = i.value, i.expression
print(a, b, repr(i))
try:
    t"a" + "b"
except TypeError as error:
    print(type(error).__name__)
print(sum(len(t"{k}{k}".values) for k in range(100)))
