"""bytes, bytearray and memoryview in hot loops: bounds, range errors, resizing."""


def transform(n):
    b = bytearray(n)
    for i in range(n):
        b[i] = (i * 7 + b[i - 1]) & 255
    for i in range(0, n - 1, 2):
        b[i], b[i + 1] = b[i + 1], b[i]
    t = 0
    for x in b:
        t = (t * 31 + x) % 1000003
    for i in range(-n, 0):
        t ^= b[i]
    return t


def errors(n):
    b, bad = bytearray(10), 0
    for i in range(n):
        try:
            b[i % 12] = i % 300
        except IndexError:
            bad += 1
        except ValueError:
            bad += 100
        try:
            b[0] = "x" if i % 500 == 499 else 1.5 if i % 500 == 250 else 1
        except TypeError:
            bad += 10000
    return bad, b


def resize(n):
    b = bytearray()
    for i in range(n):
        b.append(i & 255)
        if len(b) > 100:
            del b[:50]
        b += b"xy"
        if i % 10 == 0:
            b.pop()
    return len(b), bytes(b[:5])


def iterate_while_growing():
    b, t = bytearray(b"abc"), 0
    for x in b:
        t += x
        if len(b) < 3000:
            b.append(x + 1 & 127)
    return t, len(b)


def slices(n):
    data = bytes(range(256))
    t = 0
    for i in range(n):
        part = data[i % 200:i % 200 + 10]
        t += len(part) + part[0] + (part[-1] if part else 0) + data.find(bytes([i % 256])) + (i % 256 in data)
    return t


def words(n):
    data = b"the quick brown fox " * 20
    t = 0
    for i in range(n):
        t += len(data.split()) + data.count(b"o") + len(data.replace(b"fox", b"dog!")) + data[i % 400]
    return t


def views(n):
    b = bytearray(range(100))
    m = memoryview(b)
    t = 0
    for i in range(n):
        m[i % 100] = i % 256
        t += m[(i * 3) % 100] + b[i % 100]
    return t


def packing(n):
    t = 0
    for i in range(n):
        raw = (i * 2654435761 & 0xFFFFFFFF).to_bytes(4, "big")
        t += int.from_bytes(raw, "little") + raw[2]
    return t


def mixed(n):
    xs = [b"abc", bytearray(b"abc"), "abc", [97, 98, 99], (97, 98, 99)]
    t = 0
    for i in range(n):
        v = xs[i % 5][i % 3]
        t += v if isinstance(v, int) else ord(v)
    return t


print(transform(4000), errors(3000), resize(3000), iterate_while_growing(), slices(2000), words(150), views(3000), packing(2000), mixed(3000), sep="\n")
