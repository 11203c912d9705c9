"""try/finally with return, break, continue, nested, and overriding."""
# (The SyntaxWarnings of return in finally go to stderr.)


def simple():
    try:
        return "try"
    finally:
        print("finally of simple")


def override():
    try:
        return "try"
    finally:
        return "finally"


def swallow():
    try:
        raise ValueError
    finally:
        return "swallowed"


def in_loop():
    log = []
    for i in range(6):
        try:
            log.append(i)
            if i == 1:
                continue
            if i == 4:
                break
        finally:
            log.append(f"f{i}")
    return log


def break_in_finally():
    n = 0
    while True:
        n += 1
        try:
            raise ValueError(n)
        finally:
            if n < 3:
                continue
            break
    return n


def nested():
    log = []
    try:
        try:
            try:
                log.append(1)
                raise KeyError("x")
            finally:
                log.append(2)
        except ValueError:
            log.append("no")
        finally:
            log.append(3)
    except KeyError:
        log.append(4)
    else:
        log.append("no")
    finally:
        log.append(5)
    return log


def return_value_kept():
    x = [1]
    try:
        return x
    finally:
        x.append(2)


def return_int_kept():
    x = 1
    try:
        return x
    finally:
        x = 2


def replace_exception():
    try:
        try:
            raise ValueError("old")
        finally:
            raise KeyError("new")
    except KeyError as error:
        return repr(error.__context__)


def generator():
    try:
        yield 1
        return
    finally:
        print("generator finally")


def return_in_except():
    try:
        1 / 0
    except ZeroDivisionError:
        return "except"
    finally:
        print("after except")


def with_in_finally():
    class CM:
        def __enter__(self):
            print("enter")

        def __exit__(self, *args):
            print("exit", args[0])

    try:
        pass
    finally:
        with CM():
            return "with"


def else_raises():
    try:
        try:
            pass
        except ValueError:
            print("must not catch")
        else:
            raise ValueError("else")
        finally:
            print("fin")
    except ValueError as error:
        return str(error)


def deep_return(n):
    try:
        if n:
            return deep_return(n - 1)
        return "bottom"
    finally:
        print("unwind", n)


def conditional(flag):
    try:
        if flag:
            raise ValueError(flag)
        x = 1
    except ValueError as error:
        x = error.args
    finally:
        y = "always"
    return x, y


import warnings
warnings.simplefilter("ignore")
for f in (simple, override, swallow, in_loop, break_in_finally, nested, return_value_kept, return_int_kept,
          replace_exception, return_in_except, with_in_finally, else_raises):
    print(f.__name__, f())
print(list(generator()))
print(deep_return(3), conditional(0), conditional(7))
