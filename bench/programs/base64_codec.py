"""Base-64 and hexadecimal by hand, on bytes, bytearray and str.

Measures bytes indexing, shifts and masks, bytearray appends, dict and string lookups
and str.join over single characters.
"""
# test-size: 5000
import sys

DEFAULT = 600000
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
VALUES = {c: i for i, c in enumerate(ALPHABET)}


def encode(data):
    out = []
    size = len(data)
    for i in range(0, size - 2, 3):
        word = data[i] << 16 | data[i + 1] << 8 | data[i + 2]
        out.append(ALPHABET[word >> 18])
        out.append(ALPHABET[word >> 12 & 63])
        out.append(ALPHABET[word >> 6 & 63])
        out.append(ALPHABET[word & 63])
    rest = size % 3
    if rest == 1:
        word = data[-1] << 16
        out.append(ALPHABET[word >> 18] + ALPHABET[word >> 12 & 63] + "==")
    elif rest == 2:
        word = data[-2] << 16 | data[-1] << 8
        out.append(ALPHABET[word >> 18] + ALPHABET[word >> 12 & 63] + ALPHABET[word >> 6 & 63] + "=")
    return "".join(out)


def decode(text):
    out = bytearray()
    word = bits = 0
    for c in text:
        if c == "=":
            break
        word = word << 6 | VALUES[c]
        bits += 6
        if bits >= 8:
            bits -= 8
            out.append(word >> bits)
            word &= (1 << bits) - 1
    return bytes(out)


def to_hex(data):
    digits = "0123456789abcdef"
    lines = []
    for start in range(0, len(data), 32):
        text = ""
        for byte in data[start:start + 32]:
            text += digits[byte >> 4] + digits[byte & 15]
        lines.append(text)
    return "".join(lines)


def adler(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def run_lengths(data):
    out = bytearray()
    i = 0
    while i < len(data):
        byte = data[i]
        j = i + 1
        while j < len(data) and data[j] == byte and j - i < 255:
            j += 1
        out.append(j - i)
        out.append(byte)
        i = j
    return out


def main(n):
    for extra in range(3):
        size = n + extra
        data = bytes((i * i >> 5) & 255 for i in range(size))
        text = encode(data)
        back = decode(text)
        print(len(text), text[:24], text[-8:], back == data)
        print(f"{adler(data):08x} {adler(text.encode()):08x} {to_hex(data)[:16]}")
        packed = run_lengths(data)
        print(len(packed), packed[:6].hex(), sum(packed[::2]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
