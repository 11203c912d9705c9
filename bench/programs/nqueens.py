"""Backtracking with sets and lists: the n-queens puzzle twice.

Once by bit masks in a recursive function, once by a generator that keeps columns and
diagonals in sets; measures recursion, `yield from` and membership tests.
"""
# test-size: 7
import sys

DEFAULT = 12


def count_masks(full, columns, left, right):
    if columns == full:
        return 1
    total = 0
    free = full & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        total += count_masks(full, columns | bit, (left | bit) << 1 & full, (right | bit) >> 1)
    return total


def placements(n, row, queens, columns, rising, falling):
    if row == n:
        yield tuple(queens)
        return
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        queens.append(column)
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        yield from placements(n, row + 1, queens, columns, rising, falling)
        queens.pop()
        columns.remove(column)
        rising.remove(row + column)
        falling.remove(row - column)


def main(n):
    for size in range(4, n + 2):
        print(size, count_masks((1 << size) - 1, 0, 0, 0))
    check = 0
    count = 0
    for queens in placements(n, 0, [], set(), set(), set()):
        count += 1
        for column in queens:
            check = (check * 13 + column) % 1000003
    print(count, check)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
