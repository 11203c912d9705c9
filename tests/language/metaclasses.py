"""Metaclasses: __prepare__, __call__, __init_subclass__, __set_name__, instance checks."""


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kwargs):
        print("prepare", name, kwargs)
        return {"prepared": True}

    def __new__(mcs, name, bases, namespace, **kwargs):
        namespace["added"] = name.lower()
        return super().__new__(mcs, name, bases, dict(namespace))

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)
        cls.options = kwargs

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        instance.tagged = cls.__name__
        return instance

    def __getattr__(cls, name):
        if name == "virtual":
            return f"virtual of {cls.__name__}"
        raise AttributeError(name)

    def __len__(cls):
        return 42

    def __iter__(cls):
        return iter([1, 2, 3])

    def __contains__(cls, item):
        return item == "in"

    @property
    def title(cls):
        return cls.__name__.upper()

    def __repr__(cls):
        return f"<meta {cls.__name__}>"


class Thing(metaclass=Meta, color="red", size=3):
    def __init__(self, x):
        self.x = x


class Sub(Thing):
    pass


t = Thing(5)
print(t.x, t.tagged, Thing.added, Thing.options, Thing.prepared)
print(Sub(1).tagged, Sub.options, type(Sub) is Meta, Sub.virtual)
print(len(Thing), list(Thing), "in" in Thing, Thing.title, Thing, [Sub])
try:
    t.title
except AttributeError as error:
    print(error)
try:
    Thing.nothing
except AttributeError as error:
    print(error)


class Base:
    registry = {}

    def __init_subclass__(cls, /, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.registry[name or cls.__name__] = cls.__name__


class P1(Base):
    pass


class P2(Base, name="second"):
    pass


print(Base.registry)
try:
    class P3(Base, bad=1):
        pass
except TypeError as error:
    print(error)


class Named:
    def __set_name__(self, owner, name):
        self.where = (owner.__name__, name)

    def __get__(self, instance, owner):
        return self.where


class Holder:
    field = Named()
    other = Named()


print(Holder.field, Holder().other)


class Even(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, int) and instance % 2 == 0

    def __subclasscheck__(cls, other):
        return other is float


class EvenNumber(metaclass=Even):
    pass


print(isinstance(4, EvenNumber), isinstance(3, EvenNumber), issubclass(float, EvenNumber), issubclass(int, EvenNumber))


class M1(type):
    pass


class M2(type):
    pass


class X1(metaclass=M1):
    pass


class X2(metaclass=M2):
    pass


try:
    class Y(X1, X2):
        pass
except TypeError as error:
    print(error)


class M3(M1, M2):
    pass


class Y(X1, X2, metaclass=M3):
    pass


print(type(Y).__name__)


class Singleton(type):
    instances = {}

    def __call__(cls, *args):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*args)
        return cls.instances[cls]


class Only(metaclass=Singleton):
    def __init__(self, v):
        self.v = v


print(Only(1) is Only(2), Only(3).v)


def function_meta(name, bases, namespace):
    return (name, bases, sorted(k for k in namespace if not k.startswith("__")))


class Weird(metaclass=function_meta):
    a = 1

    def b(self):
        pass


print(Weird)


class Order(type):
    def __lt__(cls, other):
        return cls.rank < other.rank


class R1(metaclass=Order):
    rank = 2


class R2(metaclass=Order):
    rank = 1


print([c.__name__ for c in sorted([R1, R2])])


class Gen:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item!r}]"


print(Gen[int, 3])


class MroEntries:
    def __mro_entries__(self, bases):
        return (Base,)


class FromEntries(MroEntries()):
    pass


print([b.__name__ for b in FromEntries.__bases__], FromEntries.__orig_bases__[0].__class__.__name__)


class OwnMro(type):
    def mro(cls):
        return [cls, Thing2, object] if cls.__name__ == "Custom" else super().mro()


class Thing2(metaclass=OwnMro):
    value = "thing2"


class Custom(metaclass=OwnMro):
    pass


print(Custom.value, [c.__name__ for c in Custom.__mro__])
print(type.__call__(type, "T", (), {}).__name__, type("Q", (), dict(a=1)).a)
