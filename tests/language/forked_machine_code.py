"""Forked processes go on with the machine code there is, and compile more, each for itself."""
import os


def work(n):
    total = 0
    for i in range(n):
        total += i % 7
        if i % 3:
            total ^= i
    return total


def other(text, n):
    found = 0
    for c in text * n:
        if c in "aeiou":
            found += 1
    return found


def child(i):
    pid = os.fork()
    if pid:
        return pid
    ok = all(work(3000 + i) == work(3000 + i) and other("machine code", 50 + i) == 5 * (50 + i) for _ in range(10))
    os._exit(0 if ok else 1)


work(20000)
for round in range(5):
    children = [child(i) for i in range(3)]
    other("parent", 300 * round)
    work(5000 * round)
    print([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children])
