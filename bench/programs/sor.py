"""A stencil over a list of lists of floats: successive over-relaxation.

Solves Laplace's equation on a square grid; measures row aliases, neighbouring
indices (with bounds that a loop range proves) and float arithmetic.
"""
# test-size: 50
import sys

DEFAULT = 360
SWEEPS = 70


def relax(grid, omega):
    n = len(grid)
    width = len(grid[0])
    quarter = omega * 0.25
    keep = 1.0 - omega
    change = 0.0
    for i in range(1, n - 1):
        above = grid[i - 1]
        row = grid[i]
        below = grid[i + 1]
        for j in range(1, width - 1):
            old = row[j]
            new = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + keep * old
            row[j] = new
            change += abs(new - old)
    return change


def main(n):
    grid = [[0.0] * n for _ in range(n)]
    for k in range(n):
        grid[0][k] = 1.0
        grid[-1][k] = k / n
        grid[k][0] = (n - k) / n
    change = 0.0
    for _ in range(SWEEPS):
        change = relax(grid, 1.75)
    print(repr(change))
    total = 0.0
    for row in grid:
        for value in row:
            total += value
    print(repr(total))
    print(repr(grid[n // 2][n // 3]), repr(grid[n // 3][-2]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
