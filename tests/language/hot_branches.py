"""Unbiased branches, rare paths, long bodies and state machines: many side exits on one loop."""


def unbiased(n):
    t, x = 0, 12345
    for i in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        if x & 0x100:
            t += 1
        else:
            t -= 1
        if x & 0x200:
            t = int(t) ^ i
        if x & 0x400:
            t += 3
        elif x & 0x800:
            t *= 2
            t %= 1000003
        if x & 0x1000:
            t += x & 7
        if x & 0x2000:
            t -= 1.5 if x & 0xFF0000 == 0 else 2
        if not x & 0xFFC000:
            t = -t
    return t


def machine(n):
    state, t = "start", 0
    for i in range(n):
        match state:
            case "start":
                state = "a" if i % 3 else "b"
            case "a":
                t += i
                state = "b" if t % 2 else "c"
            case "b":
                t -= 1
                state = "start" if t % 5 == 0 else "c"
            case "c":
                t += 2
                state = "a" if i % 7 else "d"
            case _:
                state = "start"
                t += 10
    return t, state


def rare(n):
    t = 0
    for i in range(n):
        t += i
        if i % 701 == 700:
            t = str(t)
            t = int(t[::-1].lstrip("0") or "0") % 100000
        if i == 4999:
            t = [t]
            break
    return t


def chain(n):
    counts = [0] * 12
    for i in range(n):
        k = (i * i + i // 7) % 12
        if k == 0:
            counts[0] += 1
        elif k == 1:
            counts[1] += 2
        elif k == 2:
            counts[2] ^= i
        elif k == 3:
            counts[3] -= 1
        elif k == 4:
            counts[4] += counts[0]
        elif k == 5:
            counts[5] = i
        elif k == 6:
            counts[6] = max(counts)
        elif k == 7:
            counts[7] += i % 3
        elif k == 8:
            counts[8] = -counts[7]
        elif k == 9:
            counts[9] += 0.5
        elif k == 10:
            counts[10] = counts[9] * 2
        else:
            counts[11] = len(counts)
    return counts


def phase_change(n):
    t = 0
    for i in range(n):
        phase = i * 8 // n
        if phase == 0:
            t += 1
        elif phase == 1:
            t += i
        elif phase == 2:
            t += i * 0.5
        elif phase == 3:
            t = int(t) % 1000
        elif phase == 4:
            t = (t * 3 + 1) % 1009
        elif phase == 5:
            t = t + (1 << 62) if i % 100 == 0 else t % 1000003
        elif phase == 6:
            t = -abs(t)
        else:
            t = int(t) ^ i
    return t


exec("def long_body(n):\n    a = b = c = 1\n    for i in range(n):\n" + "".join(
    f"        a = (a * {k % 7 + 2} + b + {k}) % 10007\n        b = b + 1 if a & {1 << k % 5} else c\n        c = (c ^ a) + {k}\n" for k in range(150)) + "    return a, b, c")


def while_conditions(n):
    i = j = t = 0
    while i < n and (j < 100 or i % 3) and not t < -10:
        i += 1
        j = (j + i) % 150
        t += 1 if j > 75 else -1 if t > 0 else 0
    return i, j, t


def ternaries(n):
    t = 0
    for i in range(n):
        t += (1 if i % 2 else 2) if i % 3 else (3 if i % 5 else 4.0 if i % 11 == 0 else 5)
        t += i and i % 4 and 7 or -1
        t = t if t < 10000 else t - 10000
    return t


def unreached_until_late(n):
    for i in range(n):
        x = i
        if i == n - 1:
            try:
                undefined_name_here
            except NameError as error:
                return str(error), x
    return None


print(unbiased(8000), machine(5000), rare(6000), chain(6000), phase_change(6000), long_body(700), while_conditions(5000), ternaries(4000), unreached_until_late(3000), sep="\n")
