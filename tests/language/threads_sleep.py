"""Other threads run while one sleeps, waits for a lock or for input."""
import _thread
import os
import queue
import signal
import threading
import time

# A sleeper keeps nobody waiting: all of these sleep at the same time.
start = time.monotonic()
threads = [threading.Thread(target=time.sleep, args=(0.3,)) for _ in range(20)]
for t in threads:
    t.start()
steps = 0
while any(t.is_alive() for t in threads):
    time.sleep(0.001)
    steps += 1
for t in threads:
    t.join()
print(steps > 20, time.monotonic() - start < 3)

# A signal interrupts the wait for a lock, which goes on afterwards.
seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number == signal.SIGUSR1))
lock = _thread.allocate_lock()


def other():
    lock.acquire()
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0.1)
    seen.append("released")
    lock.release()


_thread.start_new_thread(other, ())
while lock.acquire(blocking=False):
    lock.release()
    time.sleep(0.001)
print(lock.acquire(), seen)

# A sleep that a signal interrupts goes on, too.
timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
timer.start()
start = time.monotonic()
time.sleep(0.2)
print(time.monotonic() - start >= 0.2, len(seen))
timer.join()

# Producers that sleep and a consumer that waits.
jobs = queue.Queue()


def produce(n):
    for i in range(5):
        time.sleep(0.002)
        jobs.put(n * 10 + i)


producers = [threading.Thread(target=produce, args=(n,)) for n in range(4)]
for p in producers:
    p.start()
print(sorted(jobs.get(timeout=10) for _ in range(20)))
r, w = os.pipe()
writer = threading.Timer(0.05, os.write, (w, b"from another thread"))
writer.start()
print(os.read(r, 100))
