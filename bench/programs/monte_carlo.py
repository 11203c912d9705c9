"""A random generator object feeding float tests: Monte Carlo integration.

Estimates pi and the volume of a five-dimensional ball with a lagged generator;
measures method calls that carry state in attributes, and unpredictable branches.
"""
# test-size: 8000
import sys

DEFAULT = 1300000


class Lagged:
    """A subtractive lagged Fibonacci generator of floats in [0, 1)."""

    def __init__(self, seed):
        self.table = []
        state = seed
        for _ in range(17):
            state = (state * 69069 + 1) & 0xFFFFFFFF
            self.table.append(state & 0x7FFFFFFF)
        self.i = 16
        self.j = 4

    def next(self):
        table = self.table
        k = table[self.i] - table[self.j]
        if k < 0:
            k += 0x7FFFFFFF
        table[self.j] = k
        self.i = self.i - 1 if self.i else 16
        self.j = self.j - 1 if self.j else 16
        return k / 0x7FFFFFFF


def circle(random, samples):
    inside = 0
    for _ in range(samples):
        x = random.next()
        y = random.next()
        if x * x + y * y <= 1.0:
            inside += 1
    return inside


def ball(random, samples, dimensions):
    inside = 0
    for _ in range(samples):
        total = 0.0
        for _ in range(dimensions):
            x = 2.0 * random.next() - 1.0
            total += x * x
            if total > 1.0:
                break
        else:
            inside += 1
    return inside


def main(n):
    random = Lagged(113)
    hits = circle(random, n)
    print(hits, f"{4.0 * hits / n:.6f}")
    for dimensions in (3, 5):
        hits = ball(random, n // 2, dimensions)
        print(dimensions, hits, f"{2 ** dimensions * hits / (n // 2):.6f}")
    print(random.table[0], repr(random.next()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
