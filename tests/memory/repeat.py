"""Run a program's main function again and again and print the resident memory and the heap's blocks after each run.

usage: repeat.py PROGRAM SIZE TIMES

Kilobytes and a number, one line a run; what the program itself prints is dropped.
"""
import gc
import os
import sys


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class Nowhere:
    def write(self, text):
        return len(text)

    def flush(self):
        pass


path, size, times = sys.argv[1:]
with open(path) as file:
    source = file.read()
namespace = {"__name__": "program"}
exec(compile(source, path, "exec"), namespace)
stdout = sys.stdout
for _ in range(int(times)):
    sys.stdout = Nowhere()
    namespace["main"](int(size))
    sys.stdout = stdout
    gc.collect()
    print(resident(), sys.getallocatedblocks())
