def loops(n):
    while n > 0 and not done:
        n -= 1
        if n == 3:
            continue
        if n is None:
            break
    else:
        n = -1
    for i, (j, *k) in pairs:
        a, b = b, a
        if 0 < i <= n:
            return i
    return [x for x in n if x] or None


def tries(f):
    try:
        return f()
    except (KeyError, ValueError) as e:
        raise RuntimeError from e
    finally:
        f.close()


def groups():
    try:
        work()
    except* OSError as group:
        log(group)


def withs(a):
    with a as b, open(b) as c:
        return c.read()


def matches(x):
    match x:
        case {"a": 1, **rest}:
            return rest
        case [1, *_, y] | Point(x=y):
            return y
        case None if x:
            pass
        case _:
            return "%s-%r" % (x, x)
