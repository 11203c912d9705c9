"""RecursionError: the repeated lines of the traceback are folded."""


def f(n):
    return f(n + 1)


f(0)
