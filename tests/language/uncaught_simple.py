"""The traceback of an uncaught exception across several frames, with carets."""


def inner(a, b):
    return a / b + (a * b)


def middle(n):
    return [inner(n, i) for i in range(2, -1, -1)]


class K:
    def method(self, n):
        return middle(n)["x"] if n < 0 else middle(n)


print("before")
K().method(5)
print("never")
