# Ints beyond 63 bits in hot code: masks, products, shifts, and where they escape, shrink, grow or turn negative.
M64 = 0xFFFFFFFFFFFFFFFF
M128 = (1 << 128) - 1


def splitmix(state, n):
    out = []
    for i in range(n):
        state = (state + 0x9E3779B97F4A7C15) & M64
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
        z ^= z >> 31
        if i % 100 == 0:
            out.append(z)
    return state, out


print(splitmix(1, 1000))
print(splitmix(M64, 300))


def xorshift128(x, y, n):
    total = 0
    for _ in range(n):
        t = x ^ ((x << 23) & 0xFFFFFFFFFFFFFFFF)
        x = y
        y = t ^ y ^ (t >> 17) ^ (y >> 26)
        total += (x + y) & 0xFFFFFFFFFFFFFFFF
        total %= 1000000007
    return x, y, total


print(xorshift128(123456789, 362436069, 2000))


def pcg(state, n):
    parts = []
    for i in range(n):
        old = state
        state = (old * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        shifted = ((old >> 18) ^ old) >> 27 & 0xFFFFFFFF
        rot = old >> 59
        value = (shifted >> rot | shifted << (-rot & 31)) & 0xFFFFFFFF
        if i % 200 == 7:
            parts.append(value)
    return state, parts


print(pcg(42, 1500))


class Random:
    def __init__(self, seed):
        self.state = seed
        self.calls = 0

    def next(self):
        self.calls += 1
        self.state = (self.state * 2862933555777941757 + 3037000493) & M64
        return self.state

    def below(self, n):
        return self.next() % n

    def unit(self):
        return self.next() / 18446744073709551616


def use(n):
    r = Random(7)
    buckets = [0] * 16
    total = 0.0
    seen = {}
    for i in range(n):
        buckets[r.below(16)] += 1
        total += r.unit()
        k = r.next()
        seen[k] = i
        if k > 1 << 63:
            buckets[0] += 1
        if k == r.state:
            buckets[1] += 1
    return buckets, round(total, 9), len(seen), r.state, hash(r.state)


print(use(1500))


# Grows beyond two words, and comes back; turns negative; starts small.
def growing(n):
    x = 3
    out = []
    for i in range(n):
        x = x * 3
        if i % 37 == 0:
            out.append(x % 1000003)
        if x > M128:
            x &= M64
        if i % 50 == 49:
            x = -x
        if x < 0:
            x = 5 - x
    return x, out


print(growing(700))


def shifts(n):
    out = []
    x = 0x123456789ABCDEF0F
    for i in range(n):
        k = i % 140
        y = (x << k) >> k
        z = x >> k
        w = (x & M64) >> (k % 65)
        if y != x or i % 91 == 0:
            out.append((i, y == x, z, w))
    return out


print(shifts(500))


def attempts(n):
    out = []
    x = M64
    for i in range(n):
        try:
            if i % 97 == 50:
                x << -1
            elif i % 97 == 60:
                x // (i - i)
            elif i % 97 == 70:
                x % 0
            x = (x - i * 12345678901) & M64
            x = x // 3 * 2 + x % 7
            x |= 1 << 63
        except (ValueError, ZeroDivisionError) as e:
            out.append((i, type(e).__name__, str(e)))
    return x, out


print(attempts(400))


class Sub(int):
    def __mul__(self, other):
        return "sub"


def kinds(values, n):
    out = []
    for i in range(n):
        v = values[i % len(values)]
        r = v * 0x9E3779B97F4A7C15
        if isinstance(r, int):
            r &= M64
        out.append(r)
    return out[:12], out[-3:]


print(kinds([1, M64, True, 1 << 62, (1 << 62) - 1, 1 << 63, 1 << 64, M128], 800))
print(kinds([5, 2.0, M64, Sub(3), -4, -(1 << 70), 0], 800))


def keeps(n):
    # Boxes that others hold on to.
    x, log, pair = 1, [], None
    for i in range(n):
        y = x * 0xDEADBEEFCAFEBABE
        x = y & M64
        pair = (x, y)
        if i % 10 == 0:
            log.append(pair)
            log.append(x ^ y)
    return pair, sum(a if isinstance(a, int) else a[1] for a in log) & M64, log[1], log[-1]


print(keeps(900))


def compare(n):
    low = high = same = 0
    a, b = 1, 2
    for _ in range(n):
        a = (a * 6364136223846793005 + 1) & M64
        b = (b * 3935559000370003845 + 1) & M64
        if a < b:
            low += 1
        elif a > b:
            high += 1
        if (a ^ b) & 1 == 0 and not a & 6:
            same += 1
    return low, high, same, max(a, b), min(a, b), str(a), f"{b:x}"


print(compare(1200))


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & M64


def mixed(n):
    a, b = 1, 0xFEDCBA9876543210
    for i in range(n):
        a = (a + b) & M64
        b = rotl(b, 13) ^ a
        a = rotl(a, 32)
        if i % 64 == 0:
            a = a & 255
        if i % 300 == 299:
            a = float(a)
            a = int(a)
    return a, b


print(mixed(1500))
