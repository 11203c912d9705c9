"""String building: tables, word wrap, JSON writing and number formatting.

Measures f-strings with formats, join, +=, justification, replace, and recursion that
dispatches on the type of nested data.
"""
# test-size: 500
import sys

DEFAULT = 65000
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def quote(text):
    out = '"'
    for c in text:
        if c in ESCAPES:
            out += ESCAPES[c]
        elif c < " " or c > "~":
            out += f"\\u{ord(c):04x}"
        else:
            out += c
    return out + '"'


def to_json(value, indent=0):
    pad = "  " * indent
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        if not value:
            return "{}"
        items = [f"{pad}  {quote(k)}: {to_json(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + pad + "}"
    return "[" + ", ".join(to_json(v, indent + 1) for v in value) + "]"


def wrap(words, width):
    lines = []
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = line + " " + word if line else word
    if line:
        lines.append(line)
    return lines


def justify(line, width):
    words = line.split()
    gaps = len(words) - 1
    if gaps == 0:
        return line
    spaces = width - sum(map(len, words))
    out = []
    for i, word in enumerate(words):
        out.append(word)
        if i < gaps:
            out.append(" " * (spaces // gaps + (1 if i < spaces % gaps else 0)))
    return "".join(out)


def table(rows, header):
    widths = [max(len(str(row[i])) for row in rows + [header]) for i in range(len(header))]
    rule = "+".join("-" * (w + 2) for w in widths)
    out = [" | ".join(str(h).center(w) for h, w in zip(header, widths)), rule]
    for row in rows:
        cells = []
        for cell, width in zip(row, widths):
            cells.append(str(cell).ljust(width) if isinstance(cell, str) else str(cell).rjust(width))
        out.append(" | ".join(cells))
    return out


def roman(n):
    out = ""
    for value, text in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
                        (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while n >= value:
            out += text
            n -= value
    return out


def checksum(text):
    h = 7
    for c in text:
        h = (h * 31 + ord(c)) % 1000000007
    return h


def main(n):
    rows = []
    for i in range(n):
        rows.append((roman(i + 1), i * i, f"{i / 7:.3f}", f"{i:>6,d}|{i:06x}|{i % 100 / 100:.0%}", i % 3 == 0))
    lines = table(rows, ("roman", "square", "seventh", "mixed", "third"))
    for line in lines[:5]:
        print(line)
    print(len(lines), checksum("\n".join(lines)))
    words = [row[0].title() if row[1] % 2 else row[0].upper() for row in rows]
    paragraph = [justify(line, 60) for line in wrap(words, 60)]
    print(paragraph[-2])
    print(len(paragraph), checksum("\n".join(paragraph)))
    data = {"rows": [{"name": name, "n": number, "text": text + "\t\u00e9\u4e2d\n", "ok": flag, "none": None}
                     for name, number, text, _, flag in rows[: n // 4]], "empty": {}, "pi": 3.14159}
    text = to_json(data)
    print(text[:120])
    print(len(text), checksum(text))
    replaced = text.replace("true", "yes").replace("false", "no").split(",")
    print(len(replaced), max(len(part.strip()) for part in replaced))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
