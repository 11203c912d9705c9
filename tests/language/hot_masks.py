"""Wrap-around arithmetic: masks of 8, 16, 32, 63 and 64 bits, rotations, signed conversions."""
M64, M32 = 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF


def xorshift64(x, n):
    for _ in range(n):
        x ^= (x << 13) & M64
        x ^= x >> 7
        x ^= (x << 17) & M64
    return x


def lcg64(x, n):
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & M64
    return x


def lcg32(x, n):
    for _ in range(n):
        x = (x * 1664525 + 1013904223) & M32
    return x


def mulhi(a, n):
    t = 0
    for i in range(n):
        t ^= (a * (i * 0x9E3779B97F4A7C15 & M64)) >> 64
    return t


def signed(n):
    t = 0
    x = 1
    for i in range(n):
        x = x * 1103515245 + 12345 & M32
        s = x - (1 << 32) if x & 0x80000000 else x
        t += s
    return t


def sub_wrap(n):
    x = 5
    for i in range(n):
        x = (x - i * 0x123456789ABCDEF) & M64
        x = (~x) & M64
        x = (-x) & M64
    return x


def changing_mask(n):
    x, mask = 1, M64
    for i in range(n):
        x = (x * 31 + i) & mask
        if i == n // 2:
            mask = M32
        if i == n - n // 4:
            mask = (1 << 100) - 1
    return x


def no_mask_escape(n):
    x, y = 1, 0
    for i in range(n):
        z = x * 2862933555777941757 + 3037000493
        x = z & M64
        if i % 1000 == 7:
            y ^= z
    return x, y


def crc(n):
    c = M32
    for i in range(n):
        c ^= i & 0xFF
        for _ in range(8):
            c = (c >> 1) ^ 0xEDB88320 if c & 1 else c >> 1
    return c ^ M32


def bytes_hash(data):
    h = 14695981039346656037
    for b in data:
        h = (h ^ b) * 1099511628211 % 2 ** 64
    return h


def rotations(n):
    x = 0x0123456789ABCDEF
    for i in range(n):
        r = i & 63
        x = ((x << r) | (x >> (64 - r))) & M64
        x ^= i
    return x


print(xorshift64(88172645463325252, 5000), lcg64(42, 5000), lcg32(1, 5000), mulhi(0xDEADBEEFCAFEBABE, 4000), signed(4000), sub_wrap(4000), changing_mask(4000), no_mask_escape(4000), crc(600), bytes_hash(bytes(range(256)) * 12), rotations(4000))
