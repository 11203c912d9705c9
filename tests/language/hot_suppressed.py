"""Context managers that see exceptions in hot loops: suppress, pass on, raise, look at the traceback."""
import contextlib
import sys
import traceback


class Suppress:
    def __init__(self, kind):
        self.kind = kind
        self.caught = 0
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is None:
            return None
        if issubclass(kind, self.kind):
            self.caught += 1
            if self.caught % 100 == 1:
                names = [f.name for f in traceback.extract_tb(tb)]
                self.seen.append((value.args, names, sys.exception() is value, value.__traceback__ is tb))
            return True
        return False


class Defaults:
    def __enter__(self):
        return 1

    def __exit__(self, kind=None, value=None, tb=None, more=5):
        return more == 5 and kind is KeyError


class Anything:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return len(details) == 3 and details[0] is not None


class Raises:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None:
            raise LookupError(value.args[0])


class Truth:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        if self.v == 2:
            raise OSError("no truth")
        return self.v == 1


class Odd:
    def __init__(self):
        self.n = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        self.n += 1
        return Truth(self.n % 3)


def check(i):
    if i % 3 == 0:
        raise ValueError(i)
    if i % 3 == 1:
        raise KeyError(i)
    return i


def run(n):
    m = Suppress(ValueError)
    passed = total = 0
    for i in range(n):
        try:
            with m:
                total += check(i)
        except KeyError as e:
            passed += e.args[0] & 3
    return m.caught, passed, total, m.seen[:2], len(m.seen)


def others(n):
    counts = {}

    def count(what):
        counts[what] = counts.get(what, 0) + 1

    odd = Odd()
    for i in range(n):
        for manager in (Defaults(), Anything(), Raises(), odd):
            try:
                with manager:
                    check(i)
                count(type(manager).__name__)
            except Exception as e:
                count((type(manager).__name__, type(e).__name__, type(e.__context__).__name__))
    return sorted(counts.items(), key=str)


def library(n):
    total = 0
    for i in range(n):
        with contextlib.suppress(ValueError, KeyError):
            total += check(i)
    return total


def generated(n):
    @contextlib.contextmanager
    def manager(log):
        try:
            yield log
        except KeyError as e:
            log.append(e.args[0])

    log = []
    failed = 0
    for i in range(n):
        try:
            with manager(log):
                check(i)
        except ValueError:
            failed += 1
    return len(log), failed


for n in (4, 60, 900):
    print(run(n), library(n), generated(n))
    for entry in others(n):
        print(entry)
