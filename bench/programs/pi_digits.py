"""Big integers: digits of pi by a spigot, by Machin's formula, and big factorials.

Measures multiplication, division and comparison of integers of hundreds to tens of
thousands of bits, and their conversion to decimal.
"""
# test-size: 500
import sys

DEFAULT = 5500


def spigot(count):
    """Gosper-style streaming: digits come out as soon as they are certain."""
    digits = []
    q, r, t, k = 1, 0, 1, 1
    while len(digits) < count:
        n = (3 * q + r) // t
        if (4 * q + r) // t == n:
            digits.append(str(n))
            q, r = 10 * q, 10 * (r - n * t)
        else:
            q, r, t = q * k, (2 * q + r) * (2 * k + 1), t * (2 * k + 1)
            k += 1
    return "".join(digits)


def arctan_inverse(x, unity):
    total = term = unity // x
    square = x * x
    n = 3
    sign = -1
    while term:
        term //= square
        total += sign * (term // n)
        sign = -sign
        n += 2
    return total


def machin(count):
    unity = 10 ** (count + 10)
    return (4 * (4 * arctan_inverse(5, unity) - arctan_inverse(239, unity))) // 10 ** 11


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def digit_sum(n):
    total = 0
    while n:
        n, digit = divmod(n, 10)
        total += digit
    return total


def power_mod(base, exponent, modulus):
    result = 1
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def main(n):
    sys.set_int_max_str_digits(0)
    digits = spigot(n)
    print(digits[:20], digits[-10:])
    other = str(machin(n))
    print(other[:20], digits == other[:n])
    big = factorial(n // 2)
    print(big.bit_length(), digit_sum(big), big >> (big.bit_length() - 60), -big % 1000000007)
    mersenne = (1 << 607) - 1
    print(power_mod(3, mersenne - 1, mersenne), pow(5, big, mersenne) % 1000003)
    a, b = 0, 1
    for _ in range(5 * n):
        a, b = b, a + b
    print(len(str(a)), a % 1000000007, a ^ b & 0xFFFF == a, (a * b - b * a))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
