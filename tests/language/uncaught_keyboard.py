"""KeyboardInterrupt raised by hand: the traceback; the exit status is of the signal."""


def work():
    raise KeyboardInterrupt


work()
