"""A binary heap by hand against heapq: pushes, pops and replacements.

The hand-written heap holds (priority, sequence) tuples; measures tuple comparison,
list append/pop and index arithmetic; heapq checks the order.
"""
# test-size: 3000
import heapq
import sys

DEFAULT = 320000


class Heap:
    def __init__(self):
        self.items = []

    def __len__(self):
        return len(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        i = len(items) - 1
        while i > 0:
            parent = (i - 1) >> 1
            if items[parent] <= item:
                break
            items[i] = items[parent]
            i = parent
        items[i] = item

    def pop(self):
        items = self.items
        last = items.pop()
        if not items:
            return last
        top = items[0]
        size = len(items)
        i = 0
        while True:
            child = 2 * i + 1
            if child >= size:
                break
            if child + 1 < size and items[child + 1] < items[child]:
                child += 1
            if last <= items[child]:
                break
            items[i] = items[child]
            i = child
        items[i] = last
        return top


def main(n):
    heap = Heap()
    twin = []
    state = 31
    check = 0
    differences = 0
    for sequence in range(n):
        state = (state * 69069 + 1) & 0xFFFFFFFF
        item = (state >> 20, sequence)
        heap.push(item)
        heapq.heappush(twin, item)
        if sequence % 3 == 2:
            a = heap.pop()
            b = heapq.heappop(twin)
            if a != b:
                differences += 1
            check = (check * 31 + a[0] * 7 + a[1]) % 1000000007
    while len(heap):
        a = heap.pop()
        b = heapq.heappop(twin)
        if a != b:
            differences += 1
        check = (check * 31 + a[0] * 7 + a[1]) % 1000000007
    print(differences, check, len(twin))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
