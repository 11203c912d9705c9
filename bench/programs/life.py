"""Conway's game of life on a set of (x, y) tuples.

Measures tuple building and hashing, set membership, dict counting and set
comprehensions; nothing has a fixed size.
"""
# test-size: 60
import sys

DEFAULT = 1700
NEIGHBOURS = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]


def step(alive):
    counts = {}
    for x, y in alive:
        for dx, dy in NEIGHBOURS:
            cell = (x + dx, y + dy)
            counts[cell] = counts.get(cell, 0) + 1
    return {cell for cell, count in counts.items()
            if count == 3 or count == 2 and cell in alive}


def main(n):
    acorn = [(0, 0), (1, 0), (1, 2), (3, 1), (4, 0), (5, 0), (6, 0)]
    glider = [(400, 40), (401, 40), (402, 40), (402, 41), (401, 42)]
    pentomino = [(-300, 0), (-299, 0), (-300, 1), (-301, 1), (-300, 2)]
    alive = set(acorn + glider + pentomino)
    check = 0
    for generation in range(n):
        alive = step(alive)
        check = (check * 31 + len(alive)) % 1000000007
        if generation % 50 == 0:
            xs = [x for x, _ in alive]
            ys = [y for _, y in alive]
            print(generation, len(alive), min(xs), max(xs), min(ys), max(ys))
    print(len(alive), check, sum(x * 3 + y for x, y in alive))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
