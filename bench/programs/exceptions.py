"""Exceptions in loops: raised in callees, caught by type, re-raised, with finally.

Measures the cost of raise and except in hot loops, of try blocks that do not raise, of
exceptions that cross several frames, and of context managers that suppress.
"""
# test-size: 8000
import sys

DEFAULT = 850000


class Odd(ValueError):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


class Third(Odd):
    pass


class Suppress:
    def __init__(self, kind):
        self.kind = kind
        self.caught = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None and issubclass(kind, self.kind):
            self.caught += 1
            return True
        return False


def check(i):
    if i % 3 == 0:
        raise Third(i)
    if i % 2:
        raise Odd(i)
    return i


def deep(i, level):
    if level == 0:
        return check(i)
    return deep(i, level - 1) + 1


def careful(i, log):
    try:
        return check(i)
    except Third as error:
        log["third"] += error.number
        return -1
    except Odd as error:
        log["odd"] += error.args[0]
        raise KeyError(i) from error
    finally:
        log["finally"] += 1


def lookups(table, n):
    found = missing = 0
    for i in range(n):
        try:
            found += table[i % 7]
        except KeyError:
            missing += 1
    return found, missing


def quiet(n):
    total = 0
    for i in range(n):
        try:
            total += i * 2
        except OverflowError:
            total = 0
        else:
            total -= i
        finally:
            total &= 0xFFFFFF
    return total


def main(n):
    third = odd = total = 0
    for i in range(n):
        try:
            total += check(i)
        except Third:
            third += 1
        except Odd as error:
            odd += error.number & 15
    print(third, odd, total)
    log = {"third": 0, "odd": 0, "finally": 0}
    causes = 0
    for i in range(n):
        try:
            total += careful(i, log)
        except KeyError as error:
            causes += error.__cause__.number & 3
    print(log, causes, total)
    depth = 0
    for i in range(n // 4):
        try:
            depth += deep(i, i % 6)
        except Odd as error:
            depth += error.number & 1
    print(depth)
    manager = Suppress(Odd)
    for i in range(n // 2):
        with manager:
            total += check(i)
            total += 1
    print(manager.caught, total)
    print(lookups({0: 1, 1: 2, 3: 5, 4: 1}, n), quiet(n))
    stops = 0
    for i in range(n // 8):
        iterator = iter((i, i + 1))
        try:
            while True:
                stops += next(iterator) & 1
        except StopIteration:
            stops += 1
    print(stops)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
