"""A balanced search tree of nodes with __slots__: insert, look up, walk, delete.

A treap whose nodes are slotted; measures pointer chasing, recursion on attributes
and comparison of ints and strings as keys.
"""
# test-size: 1500
import sys

DEFAULT = 120000


class Node:
    __slots__ = ("key", "value", "priority", "left", "right", "size")

    def __init__(self, key, value, priority):
        self.key = key
        self.value = value
        self.priority = priority
        self.left = None
        self.right = None
        self.size = 1

    def update(self):
        size = 1
        if self.left is not None:
            size += self.left.size
        if self.right is not None:
            size += self.right.size
        self.size = size
        return self


class Treap:
    __slots__ = ("root", "seed")

    def __init__(self):
        self.root = None
        self.seed = 2463534242

    def random(self):
        x = self.seed
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self.seed = x
        return x

    def merge(self, a, b):
        if a is None:
            return b
        if b is None:
            return a
        if a.priority > b.priority:
            a.right = self.merge(a.right, b)
            return a.update()
        b.left = self.merge(a, b.left)
        return b.update()

    def split(self, node, key):
        """The parts with keys below `key` and not below it."""
        if node is None:
            return None, None
        if node.key < key:
            low, high = self.split(node.right, key)
            node.right = low
            return node.update(), high
        low, high = self.split(node.left, key)
        node.left = high
        return low, node.update()

    def find(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return node
            node = node.left if key < node.key else node.right
        return None

    def insert(self, key, value):
        node = self.find(key)
        if node is not None:
            node.value += value
            return False
        low, high = self.split(self.root, key)
        self.root = self.merge(self.merge(low, Node(key, value, self.random())), high)
        return True

    def delete(self, key):
        if self.find(key) is None:
            return False
        self.root = self._delete(self.root, key)
        return True

    def _delete(self, node, key):
        if node.key == key:
            return self.merge(node.left, node.right)
        if key < node.key:
            node.left = self._delete(node.left, key)
        else:
            node.right = self._delete(node.right, key)
        return node.update()

    def kth(self, k):
        node = self.root
        while True:
            left = node.left.size if node.left is not None else 0
            if k < left:
                node = node.left
            elif k == left:
                return node
            else:
                k -= left + 1
                node = node.right

    def walk(self, node):
        if node is not None:
            yield from self.walk(node.left)
            yield node
            yield from self.walk(node.right)


def depth(node):
    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))


def main(n):
    tree = Treap()
    state = 7
    inserted = deleted = found = 0
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        inserted += tree.insert((state >> 8) % (2 * n), i)
        if i % 4 == 3:
            deleted += tree.delete((state >> 6) % (2 * n))
    for key in range(2 * n):
        if tree.find(key) is not None:
            found += 1
    check = 0
    for node in tree.walk(tree.root):
        check = (check * 31 + node.key * 3 + node.value) % 1000000007
    print(inserted, deleted, found, check)
    print([tree.kth(k * found // 5).key for k in range(5)], depth(tree.root) < 60)
    names = Treap()
    for i in range(n // 4):
        names.insert(f"name{(i * 7919) % 1000:03d}", 1)
    print(names.root.size, names.kth(0).key, names.kth(names.root.size - 1).value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
