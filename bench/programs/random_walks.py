"""The standard library's generator in a program with comprehensions and dataclasses.

Random walks, shuffles and samples with `random.Random(seed)`, binned with Counter and
bisect; measures native method calls and list, dict and set comprehensions.
"""
# test-size: 4000
import bisect
import itertools
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import reduce

DEFAULT = 1200000


@dataclass(order=True)
class Walk:
    distance: int
    steps: list = field(compare=False, default_factory=list)
    name: str = "walk"

    @property
    def turns(self):
        return sum(1 for a, b in zip(self.steps, self.steps[1:]) if a != b)


def walk(source, length):
    x = y = 0
    steps = []
    for _ in range(length):
        step = source.choice("nesw")
        steps.append(step)
        if step == "n":
            y += 1
        elif step == "s":
            y -= 1
        elif step == "e":
            x += 1
        else:
            x -= 1
    return Walk(abs(x) + abs(y), steps, f"{x},{y}")


def main(n):
    source = random.Random(20240229)
    walks = [walk(source, 40) for _ in range(n // 40)]
    print(max(walks).name, min(walks).distance, sum(w.turns for w in walks))
    print(sorted(Counter(w.distance for w in walks).items())[:8])
    edges = [i / 16 for i in range(1, 16)]
    bins = [0] * 16
    for _ in range(n):
        bins[bisect.bisect(edges, source.random())] += 1
    print(bins)
    deck = list(range(52))
    same = 0
    for _ in range(n // 500):
        source.shuffle(deck)
        same += sum(1 for i, card in enumerate(deck) if i == card)
    print(same, deck[:5])
    groups = defaultdict(list)
    for i in range(n):
        groups[source.randrange(10)].append(i)
    print({key: len(values) for key, values in sorted(groups.items())})
    print([round(source.gauss(0.0, 1.0), 6) for _ in range(3)], f"{source.uniform(1, 5):.6f}")
    sums = itertools.accumulate(source.randint(-5, 5) for _ in range(n))
    print(max(sums), reduce(lambda a, b: (a * 31 + b) % 65521, source.sample(range(n), n // 10)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
