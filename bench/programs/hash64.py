"""64-bit integer arithmetic with masks: hashes and random generators.

FNV-1a over bytes, a SplitMix generator, xorshift* and a rotating mixer; every step
multiplies beyond 64 bits and masks, which an optimizer can do in one register.
"""
# test-size: 8000
import sys

DEFAULT = 1000000
MASK = 0xFFFFFFFFFFFFFFFF


def fnv1a(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h ^= byte
        h = (h * 0x100000001B3) & MASK
    return h


def splitmix(state, count):
    total = 0
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        total ^= z ^ (z >> 31)
    return total


def xorshift(state, count):
    total = 0
    for _ in range(count):
        state ^= state >> 12
        state ^= (state << 25) & MASK
        state ^= state >> 27
        total = (total + state * 0x2545F4914F6CDD1D) & MASK
    return total


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def mixer(a, b, count):
    for i in range(count):
        a = (a + b) & MASK
        b = rotl(b, 13) ^ a
        a = rotl(a, 32)
        if i & 7 == 0:
            a ^= i
    return a ^ b


def lcg32(state, count):
    total = 0
    for _ in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        total = (total << 1 ^ state >> 7) & 0xFFFFFFFF
    return total


def main(n):
    data = bytes((i * 131 + (i >> 3)) & 255 for i in range(n))
    print(f"{fnv1a(data):016x}")
    print(f"{splitmix(42, n):016x}")
    print(f"{xorshift(88172645463325252, n):016x}")
    print(f"{mixer(0x0123456789ABCDEF, 0xFEDCBA9876543210, n):016x}")
    print(f"{lcg32(7, n):08x}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
