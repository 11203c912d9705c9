# `str(x)` of a str is the str itself: the call must not drop the last reference to it.
big = 1 << 100


def hexed(x):
    return '%x' % x


def of_result(x):
    return str(hexed(x))


def joined(i):
    return str('-'.join(['a%x' % i, 'b' * 40]))


def of_argument(s):
    t = str(s)
    return t + str(t)


class Text:
    def __init__(self, n):
        self.n = n

    def __str__(self):
        return str(self.text(self.n))

    @classmethod
    def text(cls, n):
        return ':'.join(['%032x' % n])


def scaled(x):
    return float(x * 1e300)


def run():
    n = 0
    texts = []
    for i in range(400):
        n += len(of_result(big + i)) + len(joined(i)) + len(of_argument('%r' % (i,) * 9))
        texts.append(str(Text(big + i)))
        texts.append('%s' % float(scaled(i)))
    return n, texts[-1], texts[-2], len(set(texts))


for _ in range(3):
    print(run())
