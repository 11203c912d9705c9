"""try/finally with continue, break, return and nested loops, hot."""
import warnings
warnings.simplefilter("ignore")


def flow(n):
    log = [0] * 6
    for i in range(n):
        try:
            log[0] += 1
            if i % 3 == 0:
                continue
            if i % 1001 == 1000:
                break
            log[1] += 1
        finally:
            log[2] += 1
        log[3] += 1
    else:
        log[4] = 1
    return log, i


def nested(n):
    out = 0
    for i in range(n):
        for j in range(i % 5):
            try:
                try:
                    if j == 2:
                        break
                    if j == 1:
                        continue
                    out += 1
                finally:
                    out += 10
            finally:
                out += 100
        else:
            out += 1000
    return out


def returning(i):
    try:
        if i % 4 == 0:
            return i
        if i % 4 == 1:
            raise ValueError(i)
        return -i
    except ValueError:
        return 1
    finally:
        counter[0] += 1


counter = [0]


def call_returning(n):
    return sum(returning(i) for i in range(n)), counter


def return_from_loop(k):
    for i in range(5000):
        try:
            if i == k:
                return "found", i
        finally:
            last = i
            if i == 4500:
                return "finally", last


def while_finally(n):
    i = total = 0
    while True:
        try:
            i += 1
            if i > n:
                break
            if i % 2:
                continue
            total += i
        finally:
            total += 1
    return total, i


def with_flow(n):
    class CM:
        def __init__(self):
            self.n = 0

        def __enter__(self):
            self.n += 1
            return self

        def __exit__(self, kind, value, tb):
            self.n += 10
            return kind is KeyError

    cm = CM()
    done = 0
    for i in range(n):
        with cm as c:
            if i % 5 == 0:
                continue
            if i % 7 == 0:
                raise KeyError
            if i == n - 1:
                break
            done += c.n % 3
    return cm.n, done, i


def exception_through_finally(n):
    order = 0
    for i in range(n):
        try:
            try:
                try:
                    if i % 6 == 5:
                        raise IndexError(i)
                finally:
                    order = order * 3 % 1000003
            finally:
                order = (order + 7) % 1000003
        except IndexError as error:
            order = (order + error.args[0]) % 1000003
    return order


print(flow(3000), flow(900), nested(2000), call_returning(3000), return_from_loop(10), return_from_loop(3000), return_from_loop(9999), while_finally(4000), with_flow(2500), exception_through_finally(3000))
