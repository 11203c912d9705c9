"""Exceptions: matching, chaining, re-raising, attributes, notes, else and finally."""


def attempt(function, *args):
    try:
        result = function(*args)
    except (ValueError, TypeError) as error:
        print("VT", type(error).__name__, error)
    except LookupError as error:
        print("Lookup", type(error).__name__, error)
    except Exception as error:
        print("other", type(error).__name__, error)
    else:
        print("fine", result)
    finally:
        print("finally")


attempt(int, "12")
attempt(int, "x")
attempt([].pop)
attempt({}.__getitem__, "k")
attempt(lambda: 1 / 0)
attempt(lambda: None + 1)
attempt(lambda: undefined_name)
attempt(lambda: [1, 2][5])
attempt(lambda: "abc" + 1)
attempt(lambda: len(5))
attempt(lambda: (1).missing)
attempt(lambda: next(iter([])))
attempt(lambda: 5())
attempt(lambda: {}[[]])
attempt(lambda: int("9" * 5000))
attempt(lambda: 2.0 ** 10000)
attempt(lambda: "%d" % "x")
attempt(lambda: bytes([256]))
attempt(lambda: chr(-1))
attempt(lambda: [].index(3))
attempt(lambda: (1, 2) < (1, "a"))
attempt(lambda: sorted([1, "a"]))

try:
    try:
        raise ValueError("first")
    except ValueError as error:
        raise KeyError("second") from error
except KeyError as error:
    print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)

try:
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second")
except KeyError as error:
    print(repr(error.__cause__), repr(error.__context__))

try:
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second") from None
except KeyError as error:
    print(repr(error.__cause__), repr(error.__context__), error.__suppress_context__)


def reraise():
    try:
        raise ValueError("again")
    except ValueError:
        try:
            raise
        finally:
            print("inner finally")


try:
    reraise()
except ValueError as error:
    print(error)

try:
    error
except NameError as e:
    print(e)


class Custom(Exception):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.a, self.b = a, b

    def __str__(self):
        return f"custom {self.a} {self.b}"


try:
    raise Custom(1, b=3)
except Custom as error:
    print(error, error.args, repr(error), error.a)

try:
    raise Custom
except TypeError as error:
    print(error)

try:
    raise 5
except TypeError as error:
    print(error)

try:
    raise ValueError from 5
except TypeError as error:
    print(error)

try:
    raise
except RuntimeError as error:
    print(error)

try:
    try:
        1 / 0
    except "not a class":
        pass
except TypeError as error:
    print(error, "|", repr(error.__context__))

error = ValueError("base")
error.add_note("note one")
error.add_note("note two")
print(error.__notes__, error.with_traceback(None) is error)

for e in (ValueError(), ValueError(1), ValueError(1, "b"), KeyError("k"), OSError(2, "no file", "name"),
          SystemExit(3), StopIteration(4), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), SyntaxError("s")):
    print(repr(e), "|", str(e), "|", e.args)
print(OSError(2, "x").__class__.__name__, OSError(13, "y").errno, OSError(17, "z").strerror)

print(issubclass(KeyError, LookupError), issubclass(ZeroDivisionError, ArithmeticError),
      issubclass(FileNotFoundError, OSError), issubclass(KeyboardInterrupt, Exception),
      IOError is OSError, issubclass(ModuleNotFoundError, ImportError))


def nested():
    try:
        try:
            raise ValueError("a")
        finally:
            try:
                raise KeyError("b")
            except KeyError as error:
                print("inner", repr(error.__context__))
    except ValueError as error:
        return repr(error), repr(error.__context__)


print(nested())


def context_chain():
    try:
        a = {}["missing"]
    except KeyError:
        try:
            int("x")
        except ValueError:
            [][1]


try:
    context_chain()
except IndexError as error:
    while error:
        print(type(error).__name__, error)
        error = error.__context__


def loop():
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            print("body", i)
        finally:
            print("fin", i)
    else:
        print("not reached")


loop()
try:
    assert 1 == 2, "message"
except AssertionError as error:
    print(repr(error))
try:
    assert ()
except AssertionError as error:
    print(repr(error))
import sys
try:
    raise ValueError("info")
except ValueError:
    kind, value, tb = sys.exc_info()
    print(kind.__name__, value, tb.tb_lineno > 0, tb.tb_frame.f_code.co_name, sys.exception() is value)
print(sys.exc_info(), sys.exception())


def tb_depth(e):
    n, t = 0, e.__traceback__
    while t:
        n, t = n + 1, t.tb_next
    return n


def f(n):
    if n == 0:
        raise ValueError
    f(n - 1)


try:
    f(4)
except ValueError as e:
    print(tb_depth(e))
    saved = e
try:
    raise saved
except ValueError as e:
    print(tb_depth(e))
try:
    raise ValueError("x") from KeyError
except ValueError as error:
    print(repr(error.__cause__))
try:
    import not_a_module_at_all
except ModuleNotFoundError as error:
    print(error, error.name)
try:
    from sys import not_there
except ImportError as error:
    print(str(error).split("(")[0].strip(), error.name)
