"""Carets under a multi-line expression and an attribute chain."""


class Node:
    next = None


def walk(node):
    value = (node.next
             .next
             .value)
    return value


walk(Node())
