"""Exceptions that are raised and handled in hot loops: in the frame itself, from inlined callees, with tracebacks that
are looked at afterwards."""
import sys
import traceback


class Odd(ValueError):
    pass


def check(i):
    if i % 3 == 0:
        raise Odd(i)
    return i


def outer(i):
    local = [i]
    return check(local[0]) + 1


def direct(n):
    seen = 0
    for i in range(n):
        try:
            if i % 2:
                raise KeyError(i)
            seen += 1
        except KeyError as e:
            seen += e.args[0]
    return seen


def through_callees(n):
    seen = []
    for i in range(n):
        try:
            seen.append(outer(i))
        except ValueError as e:
            seen.append(-e.args[0])
    return sum(seen), len(seen)


def lookups(n):
    table = {k: k * k for k in range(5)}
    items = [1, 2, 3]
    missing = short = found = 0
    for i in range(n):
        try:
            found += table[i % 7]
        except KeyError as e:
            missing += e.args[0]
        try:
            found += items[i % 4]
        except IndexError:
            short += 1
    return missing, short, found


def nested(n):
    log = []
    for i in range(n):
        try:
            try:
                check(i)
            finally:
                log.append(i)
        except Odd as e:
            try:
                raise RuntimeError(i) from e
            except RuntimeError as again:
                if again.__cause__ is not e or again.__context__ is not e:
                    print("wrong cause")
        if sys.exception() is not None:
            print("still handled")
    return len(log)


def reraised(n):
    count = 0
    for i in range(n):
        try:
            try:
                check(i)
            except Odd:
                count += 1
                raise
        except ValueError as e:
            count += len(traceback.extract_tb(e.__traceback__))
    return count


def kept(n):
    last = None
    for i in range(n):
        try:
            outer(i)
        except Odd as e:
            last = e
    return last


def loop_inside(n):
    total = 0
    try:
        for i in range(n):
            for k in (1, 2, 3):
                total += k
                if i == n - 2 and k == 2:
                    raise StopIteration(total)
    except StopIteration as e:
        return e.value
    return None


class Manager:
    def __init__(self):
        self.caught = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        self.caught += kind is not None
        return kind is Odd


def managed(n):
    m = Manager()
    for i in range(n):
        with m:
            check(i)
    return m.caught


def leaves(n):
    for i in range(n):
        check(i * 3 + (1 if i < n - 1 else 0))


for f in direct, through_callees, lookups, nested, reraised, loop_inside, managed:
    print(f.__name__, f(3000))
e = kept(3000)
print([(t.name, t.lineno) for t in traceback.extract_tb(e.__traceback__)])
tb = e.__traceback__
names = []
while tb is not None:
    names.append((tb.tb_frame.f_code.co_name, sorted(tb.tb_frame.f_locals)))
    tb = tb.tb_next
print(names)
for _ in range(30):
    try:
        leaves(200)
    except Odd as e:
        last = e
print([(t.name, t.lineno) for t in traceback.extract_tb(last.__traceback__)])
print(sys.getrefcount(Odd) < 50)
