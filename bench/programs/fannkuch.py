"""Permutations by prefix reversal: flips of a pancake stack.

Enumerates all permutations of n in a counting order; measures short list slices
reversed, rotations of a list and integer loops with small trip counts.
"""
# test-size: 7
import sys

DEFAULT = 9


def flips(stack):
    """How often the prefix named by the top must be reversed until 0 is on top."""
    top = stack[0]
    count = 0
    while top:
        i, j = 0, top
        while i < j:
            stack[i], stack[j] = stack[j], stack[i]
            i += 1
            j -= 1
        count += 1
        top = stack[0]
    return count


def fannkuch(n, start):
    stack = list(range(start, n)) + list(range(start))
    turns = [0] * n
    most = 0
    check = 0
    sign = 1
    while True:
        if stack[0]:
            count = flips(stack[:])
            if count > most:
                most = count
            check += sign * count
        sign = -sign
        # Step to the next permutation: rotate ever longer prefixes.
        level = 1
        while level < n:
            first = stack[0]
            for i in range(level):
                stack[i] = stack[i + 1]
            stack[level] = first
            turns[level] += 1
            if turns[level] <= level:
                break
            turns[level] = 0
            level += 1
        else:
            return most, check


def main(n):
    for start in range(3):
        print(*fannkuch(n, start))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
