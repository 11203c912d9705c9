"""An exception in __del__ is ignored after a report; the program then fails with another."""
import sys


class D:
    def __del__(self):
        raise ValueError("in del")


def report(info):
    print("hook:", info.exc_value, info.err_msg, info.object.__qualname__, file=sys.stderr)


# The default hook prints an address.
sys.unraisablehook = report
d = D()
del d
print("goes on")
raise SystemExit(0 + 4)
