"""Search with propagation: sudoku by candidate sets, and exact cover by linked dicts.

Measures dict and set copying, string and list indexing and recursion that returns
early; the puzzles are made from a pattern, so none is copied from anywhere.
"""
# test-size: 30
import sys

DEFAULT = 4000


def peers_table():
    peers = []
    for cell in range(81):
        row, column = divmod(cell, 9)
        box = row // 3 * 27 + column // 3 * 3
        near = {row * 9 + i for i in range(9)} | {i * 9 + column for i in range(9)}
        near |= {box + i * 9 + j for i in range(3) for j in range(3)}
        near.discard(cell)
        peers.append(sorted(near))
    return peers


PEERS = peers_table()


def puzzle(seed, clues):
    """A solved pattern, relabelled by the seed, with all but `clues` cells removed."""
    labels = list(range(1, 10))
    state = seed * 7919 + 13
    for i in range(8, 0, -1):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        j = (state >> 8) % (i + 1)
        labels[i], labels[j] = labels[j], labels[i]
    grid = [labels[(r * 3 + r // 3 + c) % 9] for r in range(9) for c in range(9)]
    cells = list(range(81))
    for i in range(80, 0, -1):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        j = (state >> 8) % (i + 1)
        cells[i], cells[j] = cells[j], cells[i]
    for cell in cells[clues:]:
        grid[cell] = 0
    return grid


def assign(options, cell, digit):
    """Fix a cell and propagate; False on contradiction."""
    todo = [(cell, digit)]
    while todo:
        cell, digit = todo.pop()
        if digit not in options[cell]:
            return False
        options[cell] = {digit}
        for peer in PEERS[cell]:
            if digit in options[peer]:
                options[peer] = options[peer] - {digit}
                if not options[peer]:
                    return False
                if len(options[peer]) == 1:
                    todo.append((peer, min(options[peer])))
    return True


class Search:
    def __init__(self):
        self.nodes = 0

    def solve(self, options, limit):
        """Up to `limit` solutions."""
        self.nodes += 1
        best = None
        for cell, left in enumerate(options):
            if len(left) > 1 and (best is None or len(left) < len(options[best])):
                best = cell
                if len(left) == 2:
                    break
        if best is None:
            return ["".join(str(min(left)) for left in options)]
        found = []
        for digit in sorted(options[best]):
            copy = options[:]
            if assign(copy, best, digit):
                found += self.solve(copy, limit - len(found))
                if len(found) >= limit:
                    break
        return found


def cover(columns, rows, chosen):
    """Algorithm X on dicts of sets: all exact covers."""
    if not columns:
        yield sorted(chosen)
        return
    column = min(columns, key=lambda c: (len(columns[c]), c))
    for row in sorted(columns[column]):
        removed = []
        for j in rows[row]:
            for other in columns[j]:
                for k in rows[other]:
                    if k != j:
                        columns[k].discard(other)
            removed.append(columns.pop(j))
        chosen.append(row)
        yield from cover(columns, rows, chosen)
        chosen.pop()
        for j in reversed(rows[row]):
            columns[j] = removed.pop()
            for other in columns[j]:
                for k in rows[other]:
                    if k != j:
                        columns[k].add(other)


def dominoes(width, height):
    rows = {}
    for y in range(height):
        for x in range(width):
            if x + 1 < width:
                rows[f"h{x}{y}"] = [(x, y), (x + 1, y)]
            if y + 1 < height:
                rows[f"v{x}{y}"] = [(x, y), (x, y + 1)]
    columns = {}
    for row, cells in rows.items():
        for cell in cells:
            columns.setdefault(cell, set()).add(row)
    return sum(1 for _ in cover(columns, rows, []))


def main(n):
    check = 0
    for seed in range(n):
        grid = puzzle(seed, 30 + seed % 3)
        options = [set(range(1, 10)) for _ in range(81)]
        good = all([assign(options, cell, digit) for cell, digit in enumerate(grid) if digit])
        search = Search()
        solutions = search.solve(options, 3)
        for solution in solutions:
            for c in solution:
                check = (check * 11 + ord(c)) % 1000000007
        if seed < 4:
            print(seed, good, len(solutions), search.nodes, solutions[0][:27])
    print(check)
    print(dominoes(4, 3 if n < 5 else 5), dominoes(3, 4 if n < 5 else 6))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
