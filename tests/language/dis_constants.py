"""The constants that LOAD_COMMON_CONSTANT loads have names in listings."""
import dis
import io


def join(xs):
    return ", ".join(str(x) for x in xs)


def total(xs):
    return sum(x for x in xs), min(x for x in xs), sorted(x for x in xs), set(x for x in xs)


def check(x):
    assert x, "no"


for f in (join, total, check):
    out = io.StringIO()
    dis.dis(f, file=out)
    print(f.__name__, "unknown" in out.getvalue(), "AssertionError" in out.getvalue())
