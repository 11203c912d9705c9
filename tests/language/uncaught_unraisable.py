"""An exception in __del__ is ignored after a report; the program then fails with another."""
import sys


class D:
    def __del__(self):
        raise ValueError("in del")


def report(info):
    print("hook:", type(info.exc_value).__name__, info.exc_value, file=sys.stderr)


# The default hook prints an address.
sys.unraisablehook = report
d = D()
del d
print("goes on")
raise SystemExit(0 + 4)
