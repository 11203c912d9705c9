"""Complex numbers as pairs of floats in lists: an in-place radix-2 FFT.

Transforms a signal and back several times; measures float lists read and written
through computed indices, with math.sin and math.cos at the stage boundaries.
"""
# test-size: 9
import math
import sys

DEFAULT = 16


def bit_reverse(re, im):
    n = len(re)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]


def transform(re, im, sign):
    n = len(re)
    bit_reverse(re, im)
    size = 2
    while size <= n:
        half = size // 2
        angle = sign * 2.0 * math.pi / size
        step_re, step_im = math.cos(angle), math.sin(angle)
        for start in range(0, n, size):
            wr, wi = 1.0, 0.0
            for k in range(start, start + half):
                m = k + half
                tr = wr * re[m] - wi * im[m]
                ti = wr * im[m] + wi * re[m]
                re[m] = re[k] - tr
                im[m] = im[k] - ti
                re[k] += tr
                im[k] += ti
                wr, wi = wr * step_re - wi * step_im, wr * step_im + wi * step_re
        size *= 2


def main(n):
    size = 1 << n
    re = [((i * 7919) % 1024) / 1024.0 - 0.5 for i in range(size)]
    im = [0.0] * size
    original = re[:]
    for _ in range(4):
        transform(re, im, -1.0)
        power = 0.0
        for a, b in zip(re, im):
            power += a * a + b * b
        print(f"{power / size:.6f}")
        transform(re, im, 1.0)
        for i in range(size):
            re[i] /= size
            im[i] /= size
    worst = 0.0
    for a, b in zip(re, original):
        worst = max(worst, abs(a - b))
    print(worst < 1e-9, f"{sum(re):.6f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
