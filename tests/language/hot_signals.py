"""Signals in hot loops: a timer's handler runs, an exception from it unwinds the loop."""
import signal
import time

ticks = 0


def tick(number, frame):
    global ticks
    ticks += 1


def spin_until(limit):
    i = 0
    while ticks < limit:
        i += 1
    return i > 0


signal.signal(signal.SIGALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.01)
print(spin_until(3))
signal.setitimer(signal.ITIMER_REAL, 0)


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop("from handler")


def inner(x):
    return x + 1


def forever():
    x = 0
    try:
        while True:
            x = inner(x)
    finally:
        print("finally", x > 1000)


signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    forever()
except Stop as error:
    print("stopped", error)


def arithmetic():
    x = 1.0
    n = 0
    while True:
        x = x * 1.0000001 % 7.0
        n += 1


for _ in range(3):
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        arithmetic()
    except Stop:
        print("stopped again")
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGALRM, lambda n, f: signal.raise_signal(signal.SIGINT))
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    arithmetic()
except KeyboardInterrupt:
    print("KeyboardInterrupt")
