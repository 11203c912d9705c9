"""Exceptions thrown out of inlined callees, caught at different depths, with changing types."""


class E1(Exception):
    pass


class E2(E1):
    def __init__(self, v):
        super().__init__(v)
        self.v = v


def thrower(i):
    if i % 7 == 3:
        raise E2(i)
    if i % 11 == 5:
        raise E1
    if i % 13 == 7:
        return [][i]
    if i % 501 == 500:
        return {}[i]
    if i % 777 == 776:
        return i // 0
    return i


def mid(i, log):
    try:
        return thrower(i)
    except IndexError:
        log[0] += 1
        return -1
    finally:
        log[1] += 1


def run(n):
    log = [0, 0]
    counts = {"e1": 0, "e2": 0, "key": 0, "zero": 0}
    total = 0
    for i in range(n):
        try:
            total += mid(i, log)
        except E2 as error:
            counts["e2"] += error.v
        except E1:
            counts["e1"] += 1
        except KeyError as error:
            counts["key"] += error.args[0]
        except ZeroDivisionError as error:
            counts["zero"] += len(str(error))
    return total, log, counts


print(run(6000))


def first_time_late(n):
    for i in range(n):
        try:
            if i == n - 3:
                raise KeyError(i)
            x = i
        except KeyError as error:
            x = error.args
            caught = i
    return x, caught


def reraise(n):
    outer = inner = 0
    for i in range(n):
        try:
            try:
                if i % 2:
                    raise ValueError(i)
            except ValueError as error:
                inner += 1
                if i % 3 == 0:
                    raise
                if i % 5 == 0:
                    raise TypeError(i) from error
        except ValueError as error:
            outer += error.args[0] % 10
        except TypeError as error:
            outer += error.__cause__.args[0] % 7
    return outer, inner


def contexts(n):
    depth = 0
    for i in range(n):
        try:
            try:
                raise ValueError(i)
            except ValueError:
                raise KeyError(i)
        except KeyError as error:
            depth += error.__context__.args[0] == i
            tb, k = error.__traceback__, 0
            while tb:
                tb, k = tb.tb_next, k + 1
            depth += k
    return depth


def stop_iteration(n):
    total = 0
    for i in range(n):
        it = iter(range(i % 4))
        while True:
            try:
                total += next(it)
            except StopIteration:
                break
    return total


def attribute_errors(n):
    class A:
        pass

    a = A()
    missing = 0
    for i in range(n):
        if i == n // 2:
            a.x = 1
        try:
            a.x
        except AttributeError:
            missing += 1
    return missing


def builtin_errors(n):
    counts = [0] * 5
    for i in range(n):
        try:
            if i % 5 == 0:
                int("x")
            elif i % 5 == 1:
                "a" + i
            elif i % 5 == 2:
                len(i)
            elif i % 5 == 3:
                (1, 2)[i + 2]
            else:
                float("1e5") // 0
        except (ValueError, TypeError, IndexError, ZeroDivisionError) as error:
            counts[("ValueError", "TypeError", "IndexError", "ZeroDivisionError").index(type(error).__name__)] += 1
    return counts


def unwinding_values(n):
    out = []
    for i in range(n):
        stack = [1, 2, 3]
        try:
            stack.append(stack.pop() + stack[0] * (10 // (i % 1000 - 999 if i % 1000 else 0) if i % 1000 in (0,) else 1))
        except ZeroDivisionError:
            out.append((i, stack))
    return out


print(first_time_late(3000), reraise(3000), contexts(2500), stop_iteration(3000), attribute_errors(3000), builtin_errors(3000), unwinding_values(3000))
import sys


def exc_info_restored(n):
    bad = 0
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            try:
                raise KeyError
            except KeyError:
                pass
            if sys.exception().args != (i,):
                bad += 1
        if sys.exception() is not None:
            bad += 1
    return bad


print(exc_info_restored(2000))
