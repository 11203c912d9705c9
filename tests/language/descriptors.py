"""Descriptors and properties: data and non-data, priority, delete, inheritance."""


class Data:
    def __init__(self, default):
        self.default = default
        self.values = {}

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return self.values.get(id(instance), self.default)

    def __set__(self, instance, value):
        if value == "bad":
            raise ValueError(f"bad value for {self.name}")
        self.values[id(instance)] = value

    def __delete__(self, instance):
        del self.values[id(instance)]


class NonData:
    def __get__(self, instance, owner):
        return "non-data", instance is None, owner.__name__


class Host:
    data = Data(7)
    plain = NonData()


h = Host()
print(h.data, Host.data.name)
h.data = 8
h.__dict__["data"] = "hidden"
print(h.data, h.__dict__)
del h.data
print(h.data)
try:
    h.data = "bad"
except ValueError as error:
    print(error)
print(h.plain, Host.plain)
h.plain = "instance wins"
print(h.plain)
del h.plain
print(h.plain)


class Temperature:
    def __init__(self):
        self._celsius = 0.0
        self.reads = 0

    @property
    def celsius(self):
        """Degrees."""
        self.reads += 1
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError("too cold")
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        self._celsius = 0.0

    fahrenheit = property(lambda self: self.celsius * 9 / 5 + 32, doc="F")


t = Temperature()
t.celsius = 100
t.celsius += 5
print(t.celsius, t.fahrenheit, t.reads)
del t.celsius
print(t.celsius, Temperature.celsius.__doc__, Temperature.fahrenheit.__doc__)
for action in ("t.celsius = -300", "t.fahrenheit = 1", "del t.fahrenheit"):
    try:
        exec(action)
    except (ValueError, AttributeError) as error:
        print(type(error).__name__, error)


class Derived(Temperature):
    @Temperature.celsius.getter
    def celsius(self):
        return "derived"


d = Derived()
d.celsius = 3
print(d.celsius, d._celsius)


class Raises:
    @property
    def broken(self):
        raise AttributeError("inner")

    def __getattr__(self, name):
        return f"getattr {name}"


print(Raises().broken)


class SetOnly:
    def __set__(self, instance, value):
        instance.__dict__["stored"] = value


class UsesSetOnly:
    slot = SetOnly()


u = UsesSetOnly()
print(type(u.slot).__name__)
u.slot = 5
print(u.stored)
u.__dict__["slot"] = "from dict"
print(u.slot)

bound = "abc".upper
print(bound(), str.upper("x"), str.__dict__["upper"].__get__("def", str)())
print(classmethod(lambda cls: cls).__get__(None, int)() is int)


class Cached:
    def __init__(self, function):
        self.function = function
        self.name = function.__name__

    def __get__(self, instance, owner):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Lazy:
    calls = 0

    @Cached
    def expensive(self):
        Lazy.calls += 1
        return 99


lazy = Lazy()
print(lazy.expensive, lazy.expensive, Lazy.calls)


class ClassLevel:
    value = 1

    @classmethod
    def cm(cls):
        return cls.value

    @staticmethod
    def sm():
        return "static"


class ClassLevel2(ClassLevel):
    value = 2


print(ClassLevel.cm(), ClassLevel2().cm(), ClassLevel2.sm(), ClassLevel().sm())
print(type(ClassLevel.__dict__["cm"]).__name__, type(ClassLevel.__dict__["sm"]).__name__)
print(ClassLevel.__dict__["sm"](), ClassLevel.__dict__["cm"].__func__(ClassLevel2))
