"""`super(class, object).method()` with its arguments written out."""


class Base:
    def __init__(self, name):
        self.name = name

    def show(self, *args, **kwargs):
        return f"Base {self.name} {args} {kwargs}"

    @classmethod
    def make(cls, name):
        return cls(name)

    @staticmethod
    def twice(x):
        return 2 * x

    @property
    def label(self):
        return f"<{self.name}>"


class Middle(Base):
    def show(self, *args, **kwargs):
        return "Middle " + super(Middle, self).show(*args, **kwargs)


class Derived(Middle):
    def __init__(self, name):
        super(Derived, self).__init__(name)

    def show(self, *args, **kwargs):
        return "Derived " + super(Derived, self).show(1, *args, key=2, **kwargs)

    def skip(self):
        return super(Middle, self).show("skipped")

    @classmethod
    def make(cls, name):
        return super(Derived, cls).make(name + "!")

    def twice(self, x):
        return super(Derived, self).twice(x) + 1

    def called_label(self):
        return super(Derived, self).label.upper()

    def missing(self):
        return super(Derived, self).missing()


d = Derived("d")
for _ in range(3):
    print(d.show(), d.show(3), d.skip(), Derived.make("m").name, d.twice(5), d.called_label())


def report(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


report(d.missing)


def foreign(class_, this):
    return super(class_, this).show()


report(foreign, Middle, d)
report(foreign, Middle, 5)
report(foreign, Derived, Base("b"))
report(foreign, 3, d)
report(foreign, Middle, Derived)


def one(this):
    return super(this).show()


report(one, Derived)


def evaluated(this):
    order = []

    def note(x, text):
        order.append(text)
        return x

    result = super(note(Middle, "class"), note(this, "this")).show(note(1, "argument"))
    return result, order


print(evaluated(d))


def nested(this):
    return [super(Middle, this).show(i) for i in range(2)], (lambda: super(Middle, this).show())()


print(nested(d))


# Another `super`.
import builtins

original = builtins.super


class Fake:
    def __init__(self, *args):
        self.args = args

    def show(self):
        return f"fake {len(self.args)}"

    def __getattr__(self, name):
        return lambda: name


builtins.super = Fake
try:
    print(foreign(Middle, d), one(d))
finally:
    builtins.super = original
print(foreign(Middle, d))
