"""Output order at an uncaught error: atexit functions and finalizers run after the traceback."""
import atexit


class D:
    def __del__(self):
        print("del at exit")


d = D()
atexit.register(print, "atexit ran")
raise ValueError("end")
