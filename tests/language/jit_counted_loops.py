"""Counted loops: indices that run past a list's end, lists that change their length, offsets, steps, and polls."""
import signal
import threading
import time


def dot(a, b, n):
    total = 0
    for i in range(n):
        total += a[i] * b[i]
    return total


def smooth(a, out):
    for i in range(1, len(a) - 1):
        out[i] = a[i - 1] + 2 * a[i] + a[i + 1]
    return out


def wrapped(a, n):
    """The index below zero means the end."""
    total = 0
    for i in range(n):
        total = total * 3 + a[i - 1]
        total %= 1000003
    return total


def search(a, x):
    i = 0
    n = len(a)
    while i < n:
        if a[i] == x:
            return i
        i += 1
    return -1


def beyond(a, n):
    i = 0
    try:
        while i < n:
            a[i] += 1
            i += 1
    except IndexError as e:
        return i, str(e)
    return i


def shrinking(n):
    a = list(range(n))
    seen = 0
    try:
        for i in range(n):
            seen += a[i]
            if i % 50 == 49:
                a.pop()
    except IndexError:
        return i, seen
    return seen


def growing(n):
    a = [1]
    for i in range(n):
        a.append(a[i] + 1)
    return len(a), a[-1]


def strided(a, step):
    total = 0
    for i in range(0, len(a), step):
        total += a[i]
    return total


def after(n):
    last = None
    for last in range(n):
        pass
    return last


def rows(m, j):
    total = 0.0
    for k in range(len(m)):
        total += m[k][j]
    return total


def negative(n):
    total = 0
    for i in range(-n, n):
        total += i * i
    return total


a = list(range(3000))
b = [x % 7 for x in a]
for n in (3000, 10, 0, 1, 1024, 1025, 2048, 2999):
    print(n, dot(a, b, n))
for n in (3001, 5000):
    try:
        print(dot(a, b, n))
    except IndexError as e:
        print(n, e, e.__traceback__.tb_next.tb_frame.f_locals["i"])
print(sum(smooth(a, [0] * 3000)), smooth([1, 2], [0, 0]), smooth([1, 2, 4], [0, 0, 0]))
print([wrapped(a, n) for n in (1, 2, 2500, 3000)])
print(search(a, 2999), search(a, 1500), search(a, -1), search([], 0))
print(beyond([0] * 2000, 1999), beyond([0] * 2000, 2000), beyond([0] * 2000, 2001), beyond([0] * 700, 3000))
print(shrinking(2000), growing(3000))
print([strided(a, s) for s in (1, 2, 3, 1, 7, 1, 4000)])
print([after(n) for n in (0, 1, 2000, 5000)])
m = [[float(i + j) for j in range(5)] for i in range(2000)]
print([rows(m, j) for j in range(5)])
m[1500] = [1.0, 2.0]
for j in (1, 2):
    try:
        print(rows(m, j))
    except IndexError as e:
        print(j, e, e.__traceback__.tb_next.tb_frame.f_locals["k"])
m[1700] = (1.0, 2.0, 3.0)
m[1500] = [1] * 5
print(rows(m, 2), negative(3000))


# Polls: a loop that only computes is interrupted, and lets other threads run.
def forever():
    i = 0
    while i < 1 << 60:
        i += 1
    return i


def interrupt(signum, frame):
    raise TimeoutError(frame.f_code.co_name)


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    forever()
except TimeoutError as e:
    print("interrupted in", e)

done = []


def count():
    total = 0
    for i in range(300000):
        total += i
    done.append(total)


threads = [threading.Thread(target=count) for _ in range(3)]
for t in threads:
    t.start()
while len(done) < 3:
    time.sleep(0.001)
for t in threads:
    t.join()
print(done)
