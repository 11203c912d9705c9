"""An uncaught exception group."""


def f(n):
    raise ValueError(n)


errors = []
for n in range(2):
    try:
        f(n)
    except ValueError as error:
        errors.append(error)
try:
    raise TypeError("inner")
except TypeError as error:
    inner = ExceptionGroup("nested", [error])
raise ExceptionGroup("several", errors + [inner])
