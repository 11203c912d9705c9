# Loops full of branches: paths that come together again.
class Account:
    def __init__(self, owner):
        self.owner = owner
        self.total = 0
        self.log = []

    def add(self, x):
        if x & 1:
            self.total += x
        else:
            self.total -= 1
        if x & 2:
            self.log.append(x)
        if len(self.log) > 20:
            self.log = []
        return self.total


def numbers(n, seed=12345):
    x = seed
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        yield x >> 3


def many(n):
    a = b = c = 0
    out = []
    for x in numbers(n):
        if x & 1:
            a += 1
        else:
            a += 2
        if x & 2:
            b += a
        elif x & 4:
            b -= 1
        if x & 8:
            c += b & 7
        if x & 16:
            out.append(c & 15)
        if x & 32:
            a -= 1
        if x & 64:
            c ^= a
        if len(out) > 30:
            out.clear()
    return a, b, c, out


def mixed(n):
    # The same variable is an int, a float, a string or None, by the path that led here.
    v = 0
    f = 0.5
    seen = {}
    for x in numbers(n, 99):
        if x & 1:
            v = x & 255
        elif x & 2:
            v = x * 0.25
        elif x & 4:
            v = None
        else:
            v = "abc"[x % 3]
        if x & 8:
            f += 1.5
        if x & 16:
            f *= 0.5
        if x & 32:
            k = type(v).__name__
        else:
            k = x & 3
        if v is not None and x & 64:
            seen[k] = seen.get(k, 0) + 1
    return v, round(f, 6), sorted(seen.items(), key=repr)


def objects(n):
    accounts = [Account(name) for name in "abc"]
    best = accounts[0]
    for x in numbers(n, 7):
        account = accounts[x % 3]
        t = account.add(x & 1023)
        if t > best.total:
            best = account
        if x & 4096:
            pair = (account.owner, t)
        else:
            pair = (best.owner, -t)
        if x & 8192:
            first, second = pair
            if second < 0:
                account.total += 1
    return [(a.owner, a.total, len(a.log)) for a in accounts], best.owner, pair


def raising(n):
    caught = [0, 0, 0]
    total = 0
    for x in numbers(n, 3):
        try:
            if x & 3 == 0:
                raise ValueError(x)
            if x & 5 == 0:
                total += [1, 2][x & 3]
            total += 1
        except ValueError as e:
            caught[0] += e.args[0] & 1
        except IndexError:
            caught[1] += 1
        else:
            caught[2] += 1
        finally:
            total += x & 1
    return caught, total


def late(n):
    # Variables that some paths have not set yet.
    out = 0
    for i, x in enumerate(numbers(n, 5)):
        if i > 100 and x & 1:
            late_one = x & 7
        if x & 2:
            other = i
        if x & 4:
            try:
                out += late_one
            except UnboundLocalError:
                out -= 1
        if x & 8 and i > 10:
            out += other & 1
        if x & 16 and i > 200:
            del late_one
            late_one = 0
    return out


def nested(n):
    grid = [[(i * j) % 7 for j in range(12)] for i in range(12)]
    count = 0
    for turn in range(n):
        for i in range(12):
            for j in range(12):
                v = grid[i][j]
                if v == 3:
                    count += 1
                elif v == 5:
                    count -= 2
                    continue
                elif v == 6 and turn & 1:
                    break
                if (i + j + turn) & 1:
                    grid[i][j] = (v + 1) % 7
                if v > 4 and count > 10:
                    count ^= 1
    return count, sum(map(sum, grid))


def escape(n):
    # A loop of few turns inside another; floats carried round both.
    total = 0
    mass = 0.0
    for row in range(n):
        z = w = 0.0
        c = row / n - 0.5
        turns = 0
        while turns < 30 and z * z + w * w < 4.0:
            z, w = z * z - w * w + c, 2.0 * z * w + 0.3
            turns += 1
        if turns == 30:
            total += 1
        elif turns & 1:
            mass += z
        else:
            mass -= w
    return total, round(mass, 9)


def recursive(n, depth=0):
    if n & 1:
        depth += 1
    if n < 2:
        return depth
    if n % 3 == 0:
        return recursive(n // 3, depth)
    if n % 5 == 0:
        return recursive(n // 5, depth + 1) + 1
    if n & 4:
        return recursive(n - 1, depth) - 1
    return recursive(n >> 1, depth + 2)


print(many(20000))
print(mixed(20000))
print(objects(20000))
print(raising(20000))
print(late(20000))
print(nested(60))
print(escape(4000))
print(sum(recursive(n) for n in range(6000)))
for kind in (int, float):
    # Entered with other types each time.
    def typed(x, n):
        s = x
        for i in range(n):
            if i & 1:
                s += x
            if i & 2:
                s -= i
            if i & 4:
                s += 1
            if i % 7 == 3:
                s = s / 2 if kind is float else s // 2
        return s

    print([typed(kind(k), 300) for k in range(12)], [typed(k * 0.5, 50) for k in range(3)])
