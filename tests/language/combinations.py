"""math.comb, math.perm and math.factorial, where the results take one word, two, or more."""
import math


def by_pascal(limit):
    row = [1]
    for n in range(limit):
        for k, c in enumerate(row):
            assert math.comb(n, k) == c, (n, k)
        assert math.comb(n, n + 1) == 0
        row = [1] + [a + b for a, b in zip(row, row[1:])] + [1]


by_pascal(200)
product = 1
for n in range(1, 150):
    product *= n
    assert math.factorial(n) == product, n
for n in (0, 1, 5, 20, 40, 70, 130, 131, 1000, 2**62, 2**64, 2**70):
    falling = 1
    for k in range(0, 12):
        if k <= n:
            assert math.perm(n, k) == falling, (n, k)
            assert math.comb(n, k) == falling // math.factorial(k), (n, k)
            falling *= n - k
        else:
            assert math.perm(n, k) == math.comb(n, k) == 0
print(math.comb(130, 65), math.comb(131, 65), math.comb(66, 33), math.comb(2**63, 2), math.comb(10**30, 10**30 - 3))
print(math.perm(60, 30), math.perm(5), math.perm(2**64 + 1, 2), math.factorial(21), math.factorial(0))
for f, args in ((math.comb, (-1, 2)), (math.comb, (2, -1)), (math.perm, (-3, 1)), (math.comb, (2.0, 1)),
                (math.comb, (2**70, 2**69)), (math.perm, (2**70, 2**69)), (math.factorial, (-1,))):
    try:
        print(f(*args))
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
print(b"abcabc".replace(b"b", b""), b"abcabc".replace(b"bc", b"XYZ", 1), b"aaa".replace(b"aa", b"b"),
      b"ab".replace(b"", b"-"), b"ab".replace(b"ab", b"ab"), bytearray(b"xyx").replace(b"x", b"long" * 3))
print("abcabc".replace("b", ""), "abcabc".replace("bc", "XYZ", 1), "aaa".replace("aa", "b"),
      ("ab" * 50).replace("ba", "é", 3), ("ab" * 40).replace("ba", "€", 2), "é€é".replace("é", "e" * 3))
print(b"a b  c".split(), bytearray(b"a,b").split(b","), b"a=b".partition(b"="), bytearray(b" x ").strip(),
      b"prefix".removeprefix(b"pre"), b"x".partition(b"y"), bytearray(b"x").rpartition(b"y"))
