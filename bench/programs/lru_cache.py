"""A least-recently-used cache: a dict over a doubly linked list of nodes.

Measures pointer updates on slotted nodes, dict insert and delete, and a second cache
that uses the order of dicts instead; both must agree on every hit.
"""
# test-size: 12000
import sys

DEFAULT = 1500000


class Node:
    __slots__ = ("key", "value", "before", "after")

    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.before = self.after = self


class Linked:
    def __init__(self, capacity):
        self.capacity = capacity
        self.nodes = {}
        self.ring = Node(None, None)
        self.hits = self.misses = 0

    def unlink(self, node):
        node.before.after = node.after
        node.after.before = node.before

    def front(self, node):
        ring = self.ring
        node.after = ring.after
        node.before = ring
        ring.after.before = node
        ring.after = node

    def get(self, key):
        node = self.nodes.get(key)
        if node is None:
            self.misses += 1
            return None
        self.hits += 1
        self.unlink(node)
        self.front(node)
        return node.value

    def put(self, key, value):
        if len(self.nodes) >= self.capacity:
            oldest = self.ring.before
            self.unlink(oldest)
            del self.nodes[oldest.key]
        node = Node(key, value)
        self.nodes[key] = node
        self.front(node)


class Ordered:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = {}

    def get(self, key):
        try:
            value = self.items.pop(key)
        except KeyError:
            return None
        self.items[key] = value
        return value

    def put(self, key, value):
        if len(self.items) >= self.capacity:
            del self.items[next(iter(self.items))]
        self.items[key] = value


def main(n):
    linked = Linked(200)
    ordered = Ordered(200)
    state = 17
    different = 0
    total = 0
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        key = (state >> 12) % 300 if i % 3 else (state >> 16) % 1000
        a = linked.get(key)
        b = ordered.get(key)
        if a != b:
            different += 1
        if a is None:
            linked.put(key, i)
            ordered.put(key, i)
        else:
            total += a
    print(linked.hits, linked.misses, different, total)
    node = linked.ring.after
    order = []
    while node is not linked.ring:
        order.append(node.key)
        node = node.after
    print(order[:8], order[::-1] == list(ordered.items))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
