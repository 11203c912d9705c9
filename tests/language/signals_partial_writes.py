"""A signal that comes when a part of the data is written runs its handler, which may raise."""
import _thread
import os
import signal
import socket
import threading


def handler(signum, frame):
    raise ZeroDivisionError


signal.signal(signal.SIGALRM, handler)
a, b = socket.socketpair()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    a.sendall(bytes(16 << 20))
except ZeroDivisionError:
    print("sendall")
r, w = os.pipe()
f = open(w, "wb", closefd=False)
reader = threading.Thread(target=os.read, args=(r, 100))
reader.start()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    f.write(bytes(16 << 20))
except ZeroDivisionError:
    print("write")
reader.join()
try:
    _thread.interrupt_main(signal.SIGALRM)
    print("not reached")
except ZeroDivisionError:
    print("interrupt_main")
print(flush=True)
os._exit(0)
