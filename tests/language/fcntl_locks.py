"""fcntl: flags, locks, pipes."""
import fcntl
import os
import struct
import tempfile

r, w = os.pipe()
flags = fcntl.fcntl(w, fcntl.F_GETFL)
print(flags & os.O_ACCMODE == os.O_WRONLY, flags & os.O_NONBLOCK)
fcntl.fcntl(w, fcntl.F_SETFL, flags | os.O_NONBLOCK)
print(fcntl.fcntl(w, fcntl.F_GETFL) & os.O_NONBLOCK != 0)
print(fcntl.fcntl(r, fcntl.F_GETFD) & fcntl.FD_CLOEXEC)
os.write(w, b"hello")
size = bytearray(4)
FIONREAD = 0x541B
print(fcntl.ioctl(r, FIONREAD, size), struct.unpack("i", size))
print(fcntl.ioctl(r, FIONREAD, bytes(4)) == bytes(size), fcntl.ioctl(r, FIONREAD, size, False) == bytes(size))
with tempfile.TemporaryFile() as f, open(f.fileno(), "rb", closefd=False) as g:
    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(g, fcntl.LOCK_UN)
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)
    lock = struct.pack("hhqqixxxx", fcntl.F_WRLCK, 0, 0, 0, 0)
    print(struct.unpack("hhqqixxxx", fcntl.fcntl(f, fcntl.F_GETLK, lock))[0] == fcntl.F_UNLCK)
    fcntl.lockf(f, fcntl.LOCK_UN)
for bad in [
    lambda: fcntl.fcntl(-1, fcntl.F_GETFL),
    lambda: fcntl.fcntl("x", fcntl.F_GETFL),
    lambda: fcntl.lockf(r, 64),
    lambda: fcntl.ioctl(r, 0, b"x" * 2000),
    lambda: fcntl.flock(99, fcntl.LOCK_EX),
    lambda: fcntl.fcntl(r, fcntl.F_SETFL, 2**40),
]:
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
