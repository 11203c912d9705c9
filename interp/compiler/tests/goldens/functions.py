def defaults(a, /, b=1, *args, c, d=2, **kwargs) -> int:
    """Doc."""
    return a + b * c


def outer(n):
    total = 0

    def inner(k):
        nonlocal total
        total += k
        return lambda: total + n

    return inner


@decorator(1)
def decorated(): pass


def unbound(flag):
    if flag:
        x = 1
    return x
