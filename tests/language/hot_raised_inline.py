"""Exceptions raised and caught in hot loops that somebody looks at after all: tracebacks, contexts, causes, frames."""
import sys
import traceback


class Odd(ValueError):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


class Told(Odd):
    def __init__(self, number, *rest):
        Odd.__init__(self, number)
        Exception.__init__(self, number, *rest)
        self.rest = rest


def check(i):
    low = i % 7
    if low == 3:
        raise Odd(i)
    if low == 5:
        raise Told(i, "x", low)
    return low


def middle(i, extra=None):
    box = [i]
    return check(i) + len(box)


def lines(e):
    out = []
    for entry in traceback.extract_tb(e.__traceback__):
        out.append((entry.name, entry.lineno - middle.__code__.co_firstlineno))
    return out


def seen_at(n, where):
    total = 0
    for i in range(n):
        try:
            total += middle(i)
        except Told as e:
            total += e.number + len(e.args)
            if i == where:
                print("told", e.args, e.rest, lines(e), e.__context__, e.__cause__)
        except Odd as e:
            total -= e.number
            if i == where:
                frame = e.__traceback__.tb_next.tb_frame
                print("odd", e.args, lines(e), frame.f_code.co_name, frame.f_locals, frame.f_back.f_code.co_name)
                inner = e.__traceback__.tb_next.tb_next.tb_frame
                print(inner.f_locals, sys.exception() is e, sys.exc_info()[0].__name__)
    return total


for where in (2, 3, 5, 500, 502, 997):
    print(seen_at(1000, where))


def chained(n):
    kinds = {}
    for i in range(n):
        try:
            try:
                check(i)
            except Told as e:
                raise KeyError(i) from e
            except Odd as e:
                if i % 2:
                    raise TypeError("odd", i)
                raise LookupError(i) from None
        except Exception as e:
            key = (
                type(e).__name__,
                type(e.__context__).__name__,
                type(e.__cause__).__name__,
                e.__suppress_context__,
                len(lines(e)) if i > n - 20 else 0,
                len(lines(e.__context__)) if i > n - 20 else 0,
            )
            kinds[key] = kinds.get(key, 0) + 1
    return sorted(kinds.items())


for entry in chained(600):
    print(entry)


def helper(i):
    return sys.exception() if i > 590 else None


def asked(n):
    found = []
    for i in range(n):
        try:
            check(i)
        except Odd as e:
            if helper(i) is not None:
                found.append((i, helper(i) is e))
            try:
                raise IndexError
            except IndexError as inner:
                if i > 590:
                    found.append((inner.__context__ is e, helper(i) is inner))
            if i > 590:
                found.append(helper(i) is e)
        if helper(i) is not None:
            found.append("still")
    return found, sys.exception()


print(asked(600))


def reraised(n):
    counts = [0, 0, 0]
    last = None
    for i in range(n):
        try:
            try:
                check(i)
            except Told:
                counts[0] += 1
                raise
            finally:
                counts[1] += 1
        except Odd as e:
            counts[2] += 1
            last = e
    return counts, lines(last), last.args


print(reraised(600))


def kept(n):
    errors = []
    for i in range(n):
        try:
            check(i)
        except Odd as e:
            if i % 50 == 3:
                errors.append(e)
    return [(e.number, lines(e)) for e in errors][-3:]


print(kept(700))


class Loud:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        e = sys.exception()
        self.log.append(type(e).__name__)


def finalizers(n):
    log = []
    x = Loud(log)
    for i in range(n):
        try:
            check(i)
        except Odd as e:
            if i % 100 == 10:
                x = Loud(log)
            x = x
        else:
            if i % 100 == 11:
                x = Loud(log)
    del x
    return log


print(finalizers(400))


def by_tuple(n):
    out = [0, 0]
    pair = (KeyError, Told)
    for i in range(n):
        try:
            check(i)
        except pair:
            out[0] += 1
        except (IndexError, Odd):
            out[1] += 1
    return out


print(by_tuple(500))


def wrong_kind(n):
    kind = KeyError
    messages = {}
    for i in range(n):
        if i == n - 5:
            kind = 5
        try:
            try:
                check(i)
            except kind:
                pass
        except TypeError as e:
            messages[str(e)] = repr(e.__context__)
        except Odd:
            pass
    return messages


print(wrong_kind(400))


def gen(n):
    for i in range(n):
        try:
            yield check(i)
        except Odd as e:
            yield -e.number


def in_handler(n):
    total = 0
    try:
        raise RuntimeError("outer")
    except RuntimeError as outer:
        for v in gen(n):
            total += v
            try:
                raise Odd(v)
            except Odd as e:
                total += e.__context__ is outer
        for i in range(n):
            try:
                check(i)
            except Odd as e:
                total += e.__context__ is outer
    return total


def contexts_in_generators(n):
    def inner():
        for i in range(n):
            try:
                raise Odd(i)
            except Odd as e:
                yield type(e.__context__).__name__

    seen = {}
    try:
        raise RuntimeError
    except RuntimeError:
        for name in inner():
            seen[name] = seen.get(name, 0) + 1
    for name in inner():
        seen[name] = seen.get(name, 0) + 1
    return seen


print(in_handler(400), contexts_in_generators(300))


class Manager:
    def __init__(self):
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None:
            self.seen.append((kind.__name__, value.number, tb.tb_lineno - middle.__code__.co_firstlineno))
        return kind is Told


def managed(n):
    m = Manager()
    escaped = 0
    for i in range(n):
        try:
            with m:
                check(i)
        except Odd:
            escaped += 1
    return escaped, len(m.seen), m.seen[-3:]


print(managed(300))


def changed(n):
    out = []
    for i in range(n):
        if i == n - 30:
            Odd.__init__ = lambda self, number: setattr(self, "number", -number)
        if i == n - 15:
            Odd.__bases__ = (KeyError,)
        try:
            check(i)
        except ValueError as e:
            if i >= n - 40:
                out.append((type(e).__name__, e.args, e.number))
        except LookupError as e:
            out.append(("lookup", type(e).__name__, e.args, e.number))
    return out


for entry in changed(500):
    print(entry)


def uncaught(n):
    for i in range(n):
        try:
            check(i % 3)
        except Odd as e:
            print("no")
        if i == n - 1:
            check(3)


try:
    uncaught(1000)
except Exception as e:
    print(lines(e), repr(e))
