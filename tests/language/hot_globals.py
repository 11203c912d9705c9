"""Module globals as loop state: counters, containers, deletion, shadowed builtins, exec in loops."""
counter = 0
table = {}
state = 1.0
items = []


def bump():
    global counter
    counter += 1
    return counter


def run(n):
    global state, counter
    for i in range(n):
        bump()
        state = state * 1.0001
        if i == 2000:
            state = 1
        if counter % 1000 == 0:
            counter += 5
    return counter, state


for i in range(3000):
    bump()
    table[i % 10] = table.get(i % 10, 0) + i
    items.append(i)
    if len(items) > 10:
        items = items[5:]
print(counter, table, items, i)
print(run(4000))

total = 0
for x in range(2000):
    for y in range(x % 4):
        total += x * y
    if x == 1500:
        total = float(total)
print(total, x, y)

k = 0
while k < 5000:
    k += 1
    if k % 2:
        continue
    if k == 4321:
        break
    z = k
print(k, z)


def via_dict(n):
    g = globals()
    for i in range(n):
        g["counter"] = i
        if counter != i:
            return "stale"
        g[f"dynamic{i % 300}"] = i
    return dynamic7 + counter


print(via_dict(2500))


def deleted(n):
    missing = 0
    for i in range(n):
        if i % 100 == 99:
            del globals()["state"]
        try:
            state
        except NameError:
            missing += 1
            globals()["state"] = 1
    return missing


print(deleted(2000))
import types


def other_module(n):
    m = types.ModuleType("m")
    m.v = 0
    m.f = lambda: m.v
    t = 0
    for i in range(n):
        m.v += 1
        t += m.f()
        if i == 1000:
            m.v = 0.5
        if i == 1500:
            m.f = lambda: 1
        if i == 1800:
            del m.v
            m.v = 7
    return t


print(other_module(2500))
namespace = {"acc": 0}
code = compile("for j in range(50):\n    acc = acc + j", "<loop>", "exec")
for i in range(60):
    exec(code, namespace)
print(namespace["acc"])
len = lambda x: 7
print(sum(len([]) for _ in range(1500)))
del len
print(sum(len([]) for _ in range(1500)))


class Body:
    total = 0
    for i in range(2500):
        total += i
        last = i
    values = [v for v in range(3)]


print(Body.total, Body.last, Body.i)
