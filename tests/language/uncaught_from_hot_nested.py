"""An error in the inner of two hot loops, from a method called with keyword arguments."""


class Grid:
    def __init__(self, n):
        self.cells = [[1] * n for _ in range(n)]

    def at(self, *, row, column):
        return self.cells[row][column]


def total(grid, n):
    s = 0
    for i in range(n):
        for j in range(n if i < 60 else n + 1):
            s += grid.at(row=i, column=j)
    return s


print(total(Grid(80), 80))
