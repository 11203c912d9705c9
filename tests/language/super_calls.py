"""super(): zero and two arguments, in class methods, properties, closures, cooperative chains."""


class Root:
    def __init__(self, **kwargs):
        self.rest = kwargs

    def chain(self):
        return ["Root"]

    @classmethod
    def make(cls):
        return ["Root", cls.__name__]

    @property
    def prop(self):
        return 1

    @staticmethod
    def st():
        return "static"


class Left(Root):
    def __init__(self, left=None, **kwargs):
        super().__init__(**kwargs)
        self.left = left

    def chain(self):
        return ["Left"] + super().chain()

    @classmethod
    def make(cls):
        return ["Left"] + super().make()

    @property
    def prop(self):
        return super().prop + 10


class Right(Root):
    def __init__(self, right=None, **kwargs):
        super().__init__(**kwargs)
        self.right = right

    def chain(self):
        return ["Right"] + super(Right, self).chain()

    @classmethod
    def make(cls):
        return ["Right"] + super(Right, cls).make()

    @property
    def prop(self):
        return super().prop + 100


class Both(Left, Right):
    def chain(self):
        def inner():
            return super(Both, self).chain()

        return ["Both"] + inner()

    def nested(self):
        return [super(Both, self).chain() for _ in range(1)]

    def closure(self):
        def f(this):
            return __class__.__name__, super(__class__, this).chain()

        return f(self)

    @staticmethod
    def st():
        return "both " + super(Both, Both).st()


b = Both(left=1, right=2, other=3)
print(b.left, b.right, b.rest)
print(b.chain(), Both.make(), b.prop, b.nested(), b.closure(), Both.st())
s = super(Left, b)
print(s.chain(), s.prop, s.__thisclass__.__name__, s.__self_class__.__name__, s.__self__ is b)
print(super(Left, Both).make())
unbound = super(Root)
print(unbound.__get__(b, Both).__thisclass__.__name__)
try:
    super(int, "x")
except TypeError as error:
    print(error)
try:
    super().chain()
except RuntimeError as error:
    print(error)


def no_class():
    super().x


try:
    no_class()
except RuntimeError as error:
    print(error)


class NoArg:
    def f():
        return super().x


try:
    NoArg.f()
except RuntimeError as error:
    print(error)


class Deleted:
    def f(self):
        del self
        return super().x


try:
    Deleted().f()
except (RuntimeError, UnboundLocalError):
    # Which of the two depends on whether the module uses the name `super` itself.
    print("no self")
try:
    super(Root, b).missing
except AttributeError as error:
    print(error)


class Setter(Root):
    def __setattr__(self, name, value):
        super().__setattr__(name, (name, value))

    def __getattribute__(self, name):
        return super().__getattribute__(name)


x = Setter()
x.a = 1
print(x.a, x.rest)


class WithItem(dict):
    def __getitem__(self, key):
        return super().get(key, "none")

    def __setitem__(self, key, value):
        super().__setitem__(key, value * 2)


w = WithItem()
w["a"] = 4
print(w["a"], w["b"], dict(w))


class Rebound:
    def f(self):
        return 1


class Sub(Rebound):
    def f(self):
        return super().f() + 1


Old = Sub
Sub = None
print(Old().f())


class Arithmetic(int):
    def __add__(self, other):
        return Arithmetic(super().__add__(other) + 1000)


print(Arithmetic(1) + 2)


class Iter(list):
    def __iter__(self):
        for item in super().__iter__():
            yield item * 10


print(list(Iter([1, 2, 3])))
