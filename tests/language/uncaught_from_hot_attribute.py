"""An attribute that disappears while a loop is hot."""


class P:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


def loop(points):
    total = 0
    for i in range(4000):
        p = points[i % 3]
        if i == 3000:
            del p.x
        total += p.get()
    return total


print(loop([P(1), P(2), P(3)]))
