"""Hot loops at module level and in class bodies that bind and delete names."""
total = 0
caught = 0
for i in range(3000):
    try:
        if i % 3 == 0:
            raise ValueError(i)
        total += i
    except ValueError as e:
        caught += e.args[0]
print(total, caught, "e" in globals())

for i in range(2000):
    temporary = i * 2
    total += temporary
    del temporary
print(total, "temporary" in globals())


def rebind(n):
    global shared
    for k in range(n):
        shared = k
        if shared % 5 == 4:
            del shared
            try:
                shared
            except NameError as problem:
                last = str(problem)
    return last


print(rebind(2000), "shared" in globals())

fresh = {}
for i in range(1500):
    name = f"name{i % 7}"
    globals()[name] = i
    total += globals()[name]
    if i % 2:
        del globals()[name]
    try:
        del missing
    except NameError as e:
        fresh[str(e)] = i
print(total, fresh, sorted(n for n in globals() if n.startswith("name")))

# Names that come before the deleted one, and move when the dict is packed.
early = 1
for i in range(3000):
    middle = i
    late = i + early
    del middle
    early = late % 11
print(early, late)


class Body:
    count = 0
    for k in range(1500):
        try:
            if k % 2:
                raise KeyError(k)
            count += 1
        except KeyError as e:
            count += e.args[0]
        x = k
        del x


print(Body.count, hasattr(Body, "x"), hasattr(Body, "e"))
