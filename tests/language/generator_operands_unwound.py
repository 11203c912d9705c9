"""Exceptions through generators that machine code resumes, whose callees are in frames of their own."""
import copy
import unittest

item = next(iter(tuple[int]))


class Endless(unittest.TestCase):
    def test_copies(self):
        for i in range(40):
            with self.subTest(i):
                copy.deepcopy([item] if False else Node())


class Node:
    def __reduce_ex__(self, protocol):
        return Node, (Node() for _ in [1]), None

    def __deepcopy__(self, memo):
        return tuple(*(deeper(y, memo) for y in [self]))


def deeper(x, memo):
    args = (copy.deepcopy(y, memo) for y in [x])
    return list(args)


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Endless).run(result)
print(len(result.errors), {e.strip().splitlines()[-1] for _, e in result.errors})
