# Calls that are not inlined change what their callers' machine code knows: global names, classes, functions,
# attributes and shapes of objects, cells, lists, while the callee runs in machine code or leaves it.


class Counter:
    step = 1

    def __init__(self):
        self.value = 0

    def bump(self):
        self.value += self.step


class Other(Counter):
    def bump(self):
        self.value -= 3


scale = 1


def helper(x):
    return x * scale


def other(x):
    return x - scale


def second(x, y=10):
    return x + y


def busy(i, when, what):
    # A loop: it is called, not inlined. It leaves its machine code at odd kinds of values.
    total = 0
    for k in range(i % 4 + 1):
        total += k if i % 97 else 0.5
    if i == when:
        what()
    return int(total)


def run(n, when, what, c):
    total = 0
    items = [1, 2, 3]
    for i in range(n):
        c.bump()
        total += helper(i) + second(i) + items[0]
        total += busy(i, when, lambda: what(items))
        total += scale + c.value + items[-1] + len(items)
        c.bump()
        total += helper(1) + second(i) + c.value
    return total


def change_global(items):
    global scale
    scale = 7


def change_function(items):
    global helper
    helper = other


def change_code(items):
    helper.__code__ = second.__code__
    helper.__defaults__ = (5,)


def change_defaults(items):
    second.__defaults__ = (1000,)


def change_class(items):
    Counter.step = 5


def change_method(items):
    Counter.bump = Other.bump


def change_list(items):
    items[0] = 100
    items.append(9)


def main():
    global helper, scale
    first_code, first_helper, first_bump = helper.__code__, helper, Counter.bump
    c = Counter()

    def change_instance(items):
        c.value += 1000

    def change_shape(items):
        c.extra = 1
        c.bump = lambda: None

    def change_kind(items):
        c.__class__ = Other

    def give_dict(items):
        c.__dict__["value"] = 77

    changes = (
        change_global, change_function, change_code, change_defaults, change_class, change_method, change_list,
        change_instance, change_shape, change_kind, give_dict,
    )
    for change in changes:
        results = []
        for when in (3, 1200, 1999, 5000):
            c = Counter()
            results.append(run(2000, when, change, c))
            helper, scale = first_helper, 1
            helper.__code__, helper.__defaults__ = first_code, None
            second.__defaults__ = (10,)
            Counter.bump, Counter.step = first_bump, 1
        print(change.__name__, results)


main()
