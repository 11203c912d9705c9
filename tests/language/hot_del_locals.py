"""Locals unbound by del, conditionally bound, and rebound in hot loops."""


def del_each(n):
    errors = 0
    for i in range(n):
        x = i
        if i % 2:
            del x
        try:
            errors += x * 0
        except UnboundLocalError:
            errors += 1
    return errors


def del_late(n):
    v = 5
    total = 0
    for i in range(n):
        if i == n - 10:
            del v
        try:
            total += v
        except UnboundLocalError as error:
            total += 1000
            message = str(error)
    return total, message


def first_iteration(n):
    for i in range(n):
        if i > 0:
            total += previous
        else:
            total = 0
        previous = i
    return total


def conditional(n):
    got = missing = 0
    for i in range(n):
        if i % 3 == 0:
            y = i
        elif i % 3 == 1:
            try:
                got += y
                del y
            except UnboundLocalError:
                missing += 1
        else:
            try:
                y
            except UnboundLocalError:
                missing += 1
    return got, missing


def except_name(n):
    e = "kept?"
    left = 0
    for i in range(n):
        try:
            if i % 4 == 0:
                raise ValueError
            e = i
        except ValueError as e:
            pass
        try:
            e
        except UnboundLocalError:
            left += 1
    return left


def cell_del(n):
    x = 0

    def show():
        try:
            return x
        except NameError:
            return -1

    total = 0
    for i in range(n):
        x = i
        total += show()
        del x
        total += show()
    return total


def inlined_unbound(n):
    def f(flag):
        if flag:
            z = 1
        return z

    bad = 0
    for i in range(n):
        try:
            f(i % 5)
        except UnboundLocalError:
            bad += 1
    return bad


print(del_each(3001), del_late(3000), first_iteration(3000), conditional(3000), except_name(3000), cell_del(2000), inlined_unbound(2500))


def global_del(n):
    global g
    bad = 0
    for i in range(n):
        g = i
        if i % 10 == 0:
            del g
        try:
            g
        except NameError:
            bad += 1
    return bad


print(global_del(2500))
