"""The csv module: dialects, reading, writing."""
import csv
import io

text = 'name,"a ""quoted"", one",n\r\nx,"two\nlines",3\r\n,,\r\n"",\' \',"end"\r\n'
for row in csv.reader(io.StringIO(text, newline="")):
    print(row)
print(list(csv.DictReader(io.StringIO("a;b\n1;2\n3;4;5\n6\n"), delimiter=";")))
print(list(csv.reader(["1.5,'x',2"], quoting=csv.QUOTE_NONNUMERIC, quotechar="'")))
print(list(csv.reader(["a\\,b,c"], escapechar="\\", quoting=csv.QUOTE_NONE)))
for quoting in csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_STRINGS, csv.QUOTE_NOTNULL:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting)
    writer.writerow(["a", 1, 2.5, None, "x,y", 'say "hi"', "two\nlines", ""])
    writer.writerows([[""], ("b", "c")])
    print(repr(out.getvalue()))
out = io.StringIO()
w = csv.DictWriter(out, ["a", "b"], dialect="excel-tab")
w.writeheader()
w.writerow({"a": 1, "b": "x\ty"})
print(repr(out.getvalue()))
csv.register_dialect("mine", delimiter="|", lineterminator="\n")
print(csv.list_dialects(), csv.get_dialect("mine").delimiter)
print(csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter)
for bad in [
    lambda: csv.reader([], delimiter=",,"),
    lambda: csv.reader([], delimiter=None),
    lambda: csv.reader([], quotechar=1),
    lambda: csv.reader([], quoting=9),
    lambda: csv.reader([], "nosuch"),
    lambda: csv.writer(1),
    lambda: csv.writer(io.StringIO()).writerow(5),
    lambda: csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"]),
    lambda: list(csv.reader([b"x"])),
    lambda: list(csv.reader(['"a'], strict=True)),
    lambda: list(csv.reader(['"a"b'], strict=True)),
    lambda: list(csv.reader(["a\rb"])),
]:
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)

# A field with an escaped line end goes on behind the line, and does not end with the next one.
for strict in False, True:
    for lines in ["a\\\r", ".b"], ["x;1\\\n", "2;3\n", "4"], ['"a\\', 'b"', "c"]:
        try:
            print(list(csv.reader(lines, delimiter=";", escapechar="\\", strict=strict)))
        except csv.Error as e:
            print(e)


class Nested:
    """Advances the reader that reads it."""

    def __init__(self):
        self.lines = iter(['"a\n', "b", 'c"', "d"])
        self.reader = csv.reader(self)
        self.depth = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.depth += 1
        if self.depth == 2:
            next(self.reader)
        return next(self.lines)


try:
    print(list(Nested().reader))
except csv.Error as e:
    print(e)
old = csv.field_size_limit(10)
print(old, csv.field_size_limit(), csv.field_size_limit.__module__)
for line in "0123456789,ab", "01234567890,ab", '"01234567890",ab':
    try:
        print(list(csv.reader([line])))
    except csv.Error as e:
        print(e)
csv.field_size_limit(old)
row = ["é,", "中;", "\U0001f600 ", True, 1 << 70, 1.5, None, "", "a|b"]
for terminator in "\n", "|", "":
    for quoting in range(6):
        out = io.StringIO(newline="")
        try:
            csv.writer(out, quoting=quoting, lineterminator=terminator, escapechar="\\").writerow(row)
        except csv.Error as e:
            print(e)
        print(repr(out.getvalue()))
