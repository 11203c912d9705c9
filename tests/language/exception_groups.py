"""Exception groups and except*."""


def run(group):
    try:
        raise group
    except* ValueError as eg:
        print("V", type(eg).__name__, eg.exceptions)
    except* (TypeError, KeyError) as eg:
        print("TK", repr(eg))
    else:
        print("else")
    finally:
        print("finally")


run(ExceptionGroup("g", [ValueError(1), TypeError("t"), ValueError(2)]))
run(ExceptionGroup("g", [KeyError("k")]))
run(ValueError("naked"))
try:
    run(ExceptionGroup("g", [ValueError(1), OSError("os"), ExceptionGroup("inner", [KeyError(3), RuntimeError("r")])]))
except ExceptionGroup as eg:
    print("left", eg, eg.exceptions, repr(eg.__context__))

eg = ExceptionGroup("top", [ValueError(1), ExceptionGroup("sub", [TypeError(2), ValueError(3)])])
print(eg.message, len(eg.exceptions), str(eg), repr(eg))
match, rest = eg.split(ValueError)
print(repr(match), repr(rest))
print(repr(eg.subgroup(TypeError)), eg.subgroup(OSError))
print(repr(eg.subgroup(lambda e: isinstance(e, ValueError) and e.args[0] > 1)))
print(repr(eg.derive([KeyError(1)])))

try:
    try:
        raise ExceptionGroup("one", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
except ExceptionGroup as error:
    print(repr(error), [repr(e.__context__) for e in error.exceptions])

try:
    try:
        raise ExceptionGroup("one", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise
except ExceptionGroup as error:
    print(repr(error))

try:
    try:
        raise ExceptionGroup("one", [ValueError(1)])
    except* ValueError as error:
        raise KeyError("from group") from error
except KeyError as error:
    print("key", repr(error.__cause__))
except ExceptionGroup as error:
    print("group", repr(error), repr(error.exceptions[0].__cause__))

try:
    ExceptionGroup("empty", [])
except ValueError as error:
    print(error)
try:
    ExceptionGroup("bad", [1])
except ValueError as error:
    print(error)
try:
    ExceptionGroup("bad", [KeyboardInterrupt()])
except TypeError as error:
    print(error)
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup(self.message + "!", excs)


m = MyGroup("mine", [ValueError(1), TypeError(2)])
a, b = m.split(TypeError)
print(repr(a), repr(b))


def loop():
    out = []
    for i in range(4):
        try:
            if i % 2:
                raise ExceptionGroup(str(i), [ValueError(i), KeyError(i)])
            out.append(i)
        except* ValueError as e:
            out.append(("v", len(e.exceptions)))
        except* KeyError as e:
            out.append(("k", e.exceptions[0].args))
    return out


print(loop())
try:
    try:
        pass
    except* ValueError:
        print("no")
    else:
        print("else runs")
        raise OSError("from else")
except OSError as error:
    print(error)
try:
    try:
        raise ExceptionGroup("x", [ValueError()])
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error)
