# What machine code relies on without checking it: global functions and builtins, classes, functions. They are replaced
# again and again: first it is watched, then checked.


def plain(x):
    return x + 1


def loop(n):
    total = 0
    for i in range(n):
        total += plain(i)
    return total


def negative(x):
    return -x


def double(x):
    return x * 2


kept = plain
for turn, f in enumerate([plain, negative, double, plain, negative, plain, double]):
    plain = f
    print(turn, loop(400), loop(5))
plain = kept


# A builtin is shadowed, and comes back.
def lengths(items):
    total = 0
    for item in items:
        total += len(item)
    return total


words = ["a", "bb", "ccc"] * 150
for turn in range(4):
    print(lengths(words))
    len = lambda item: 10
    print(lengths(words))
    del len
print(lengths(words))


# The name that a function needs is gone for a while.
def caller(n):
    total = 0
    for i in range(n):
        total += helper(i)
    return total


def helper(i):
    return i & 3


print(caller(500))
saved = helper
for turn in range(3):
    del helper
    try:
        print(caller(3))
    except NameError as e:
        print(e)
    globals()["hel" + "per"] = saved
    print(caller(500))


# Methods, by the class and by a base; functions with other code and defaults.
class Base:
    def value(self):
        return 1


class Derived(Base):
    def twice(self):
        return self.value() * 2


def use(n, o):
    total = 0
    for _ in range(n):
        total += o.twice()
    return total


d = Derived()
for k in range(6):
    print(use(300, d))
    Base.value = lambda self, k=k: k + 2
print(use(300, d))
Derived.value = lambda self: 100
print(use(300, d))
del Derived.value
print(use(300, d))


def scaled(x, by=2):
    return x * by


def other(x, by=3):
    return x - by


def scale_all(n):
    total = 0
    for i in range(n):
        total += scaled(i)
    return total


code = scaled.__code__
for k in range(5):
    print(scale_all(300))
    scaled.__defaults__ = (k,)
    print(scale_all(300))
    scaled.__code__ = other.__code__ if k % 2 else code


# It changes while its callers run: below a call that is not inlined, and in a loop that goes on.
def turn_over(i):
    global plain
    for _ in range(2):
        if i == 450:
            plain = negative
        elif i == 700:
            plain = double
    return 0


def changing(n):
    total = 0
    for i in range(n):
        total += turn_over(i) + plain(i)
    return total


for turn in range(3):
    plain = kept
    print(changing(1000))


# A trace that changes what it relies on.
def flipping(n):
    global plain
    total = 0
    for i in range(n):
        plain = (kept, negative, double)[i % 3]
        total += plain(i)
    return total


print(flipping(900))


# Classes that come and go.
def churn(n):
    total = 0
    for i in range(n):
        class Local:
            step = i

            def get(self):
                return self.step

        o = Local()
        for _ in range(3):
            total += o.get()
        Local.step = 1
        total += o.get()
    return total


print(churn(400))
