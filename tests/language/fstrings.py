"""f-strings: formats, conversions, nesting, debug form, quoting, t-strings apart."""
x, y, name = 42, 3.14159, "taipan"
print(f"{x}", f"{x:5d}|", f"{x:<5}|", f"{x:^6}|", f"{x:+}", f"{x:06}", f"{x:#x}", f"{x:b}", f"{x:o}", f"{x:,}")
print(f"{y:.2f}", f"{y:10.3f}|", f"{y:e}", f"{y:g}", f"{y:%}", f"{y!r}", f"{y!s:>10}|")
print(f"{name!r}", f"{name:>10}|", f"{name:*^12}", f"{name:.3}", f"{name!a}", f"{'é中'!a}")
print(f"{x=}", f"{x = }", f"{x + 1=}", f"{name=!s}", f"{y=:.1f}", f"{ x= :>5}")
width, precision = 10, 3
print(f"{y:{width}.{precision}f}|", f"{name:{'>'}{width}}|", f"{x:{'0'}{6}}")
print(f"{{}}", f"{{{x}}}", f"a{{b}}c", f"{x}{y}{name}")
print(f"{'nested ' + f'{x + 1}'}", f"{f"{f"{x}"}"}", f"{'a' 'b'}", f"{"quotes"}")
print(f"{[1, 2][0]} {({'k': 'v'})['k']} {(lambda a: a * 2)(4)} {x if x > 1 else y}")
print(f"""multi
{x
 + 1}
line""")
print(rf"\n{x}\t", f"\n{x}\t|", f"\x41\u0042\N{BULLET}")
print(f"{x!r:>5}" f" implicit " "plain", "a" f"{1}" "b")


class F:
    def __format__(self, spec):
        return f"[{spec}]"

    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"


f = F()
print(f"{f}", f"{f:abc}", f"{f!s}", f"{f!r:>6}", f"{f:{x}}", f"{f=}", f"{f:%Y-%m}")
print(f"{True} {None} {...} {[f]} {1 + 2j}", f"{True:d}", f"{False:5}|")
for bad in ("f'{x:d}'", "f'{name:d}'", "f'{x:.2d}'", "f'{None:5}'", "f'{[]:3}'", "f'{y:x}'", "f'{x:Z}'", "f'{x:,s}'"):
    try:
        print(eval(bad, {"x": 1.5 if "x:d" in bad else 7, "name": "n", "y": 2.5}))
    except (ValueError, TypeError) as error:
        print(bad, type(error).__name__, error)
print(f"{1e100}", f"{1e16}", f"{123456789.0}", f"{0.1 + 0.2}", f"{1 / 3:.20f}", f"{1e-7}", f"{float('inf')} {float('nan')}")
print(f"{1234567.891:,.2f}", f"{1234567:_}", f"{255:#010b}", f"{-5: }", f"{5: }", f"{-42:=+8}", f"{3:c}", f"{97:c}")
print(f"{1e10:.0f}", f"{2.5:.0f}", f"{3.5:.0f}", f"{1.0:g}", f"{1e-5:g}", f"{123456789:g}", f"{0.00001234:.3g}", f"{1.0:#g}")
print(f"{'a' if f'{x}' else 'b'}", f"{x:{f'{5}'}}", f"{'\n'.join(['a', 'b'])}")
print(f"{print('side') or 1}", f"{(z := 5)}", z, f"{z:=5}")
total = ""
for i in range(300):
    total += f"{i % 10}{i:x}" if i % 3 else f"{i!r:>3}"
print(len(total), total[-20:])
print(f"{'%s %d' % ('a', 1)}", f"{x!s}{x!r}", f'{x:>{len(name)}}')
print(f"{12345.678:010.1f} {-0.0:.1f} {-0.0:z.1f} {1e22:,} {10**25:,}")
