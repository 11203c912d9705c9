"""Lists aliased, mutated during iteration, resized, with negative indices and changing types."""


def alias(n):
    a = [0] * 10
    b = a
    for i in range(n):
        a[i % 10] = i
        b[(i + 1) % 10] += 1
        if a[i % 10] != b[i % 10]:
            return "broken"
        if i == n // 2:
            b = a[:]
    return a, b


def same_row(n):
    row = [1, 2, 3]
    grid = [row, row, row[:]]
    for i in range(n):
        grid[i % 3][i % 3] += 1
        grid[0][0] -= 1
    return grid


def store_forward(n):
    l = [1, 2, 3, 4]
    t = 0
    for i in range(n):
        j, k = i % 4, (i * i) % 4
        l[j] = i
        l[k] = -i
        t += l[j] + l[k]
    return t, l


def grow_while_iterating(n):
    l = list(range(10))
    t = 0
    for x in l:
        t += x
        if len(l) < n:
            l.append(x + 1)
    return t, len(l)


def shrink_while_iterating(n):
    l = list(range(n))
    seen = 0
    for x in l:
        seen += 1
        if x % 3 == 0:
            l.pop()
    return seen, len(l)


def remove_while_iterating(n):
    l = list(range(n))
    for x in l:
        if x % 2 == 0:
            l.remove(x)
    return len(l), l[:6]


def clear_midway(n):
    l = list(range(n))
    t = 0
    for i, x in enumerate(l):
        t += x
        if i == n // 2:
            l.clear()
            l.extend([7] * (i + 5))
    return t


def negative(n):
    l = list(range(20))
    t = 0
    for i in range(n):
        t += l[-1 - i % 20] - l[i % 20 - 20]
        l[-(i % 20) - 1] = i
        if i % 100 == 0:
            l.insert(-3, i)
            del l[-1]
    return t, l


def bounds(n):
    l = [1] * 100
    t = errors = 0
    for i in range(n):
        try:
            t += l[i % 110]
        except IndexError:
            errors += 1
        try:
            l[-(i % 105)] = 2
        except IndexError:
            errors += 1000
    return t, errors


def elements_change_type(n):
    l = [i for i in range(50)]
    t = 0
    for i in range(n):
        x = l[i % 50]
        t += x
        if i == 1000:
            l[10] = 0.5
        if i == 2000:
            l[20] = True
        if i == 2500:
            l[30] = 10 ** 30
        if i == 2600:
            l[30] = 1
    return t


def slices_and_stores(n):
    l = list(range(30))
    for i in range(n):
        l[i % 10:i % 10 + 2] = [l[-1], l[0]]
        l = l[1:] + l[:1]
        l[3], l[4], l[5] = l[5], l[3], l[4]
    return l


def self_containing(n):
    l = []
    l.append(l)
    t = 0
    for i in range(n):
        l = l[0]
        t += len(l)
        if i % 500 == 0:
            l.append(i)
    return t, len(l)


def stack_machine(n):
    stack = []
    for i in range(n):
        stack.append(i)
        if len(stack) > 20:
            while len(stack) > 3:
                b = stack.pop()
                stack[-1] = (stack[-1] * 3 + b) % 1009
    return stack


def double_ended(n):
    l = [0]
    for i in range(n):
        if i % 3:
            l.insert(0, i)
        elif l:
            l.pop(0)
        if i % 7 == 0 and l:
            l.pop()
    return len(l), l[:4], l[-1]


def nested_assign(n):
    m = [[0] * 5 for _ in range(5)]
    for i in range(n):
        m[i % 5][m[i % 5][0] % 5] += i
        m[0], m[i % 5] = m[i % 5], m[0]
    return m


print(alias(3000), same_row(3000), store_forward(3000), grow_while_iterating(2000), shrink_while_iterating(3000), remove_while_iterating(1000), clear_midway(2000), negative(2500), bounds(3000), elements_change_type(4000), slices_and_stores(1500), self_containing(2000), stack_machine(3000), double_ended(2000), nested_assign(2000), sep="\n")
