"""Comprehensions in annotations and type parameters of a class do not see its names; mangling in generic classes."""
Y='global'; T='globalT'
class A:
    Y='class'
    def m(self, a: [Y for _ in (1,)], b: list(Y for _ in (1,)), c: (lambda: Y)()): pass
    print(m.__annotations__)
    def m[U](self, a: [Y for _ in (1,)], b: list(Y for _ in (1,)), c: (lambda: Y)()): pass
    print(m.__annotations__)
    type X = ([Y for _ in (1,)], list(Y for _ in (1,)), (lambda: Y)())
    print(X.__value__)
    type X[T] = ([Y for _ in (1,)], list(Y for _ in (1,)), (lambda: Y)())
    print(X.__value__)
    type X[T: [Y for _ in (1,)]] = ([Y for _ in (1,)], list(Y for _ in (1,)), (lambda: Y)())
    print(X.__type_params__[0].__bound__)
    class B[U]((lambda x: print(x) or type('x',(),{}))([[Y for _ in (1,)],list(Y for _ in (1,)),(lambda: Y)()])): pass
class A[T]:
    T='class'
    def m(self, a: [T for _ in (1,)], b: list(T for _ in (1,)), c: (lambda: T)()): pass
    print(m.__annotations__)
    def m[U](self, a: [T for _ in (1,)], b: list(T for _ in (1,)), c: (lambda: T)()): pass
    print(m.__annotations__)
    type X = ([T for _ in (1,)], list(T for _ in (1,)), (lambda: T)())
    print(X.__value__)
    type X[U] = ([T for _ in (1,)], list(T for _ in (1,)), (lambda: T)())
    print(X.__value__)
    type X[U: [T for _ in (1,)]] = 1
    print(X.__type_params__[0].__bound__)
    class B[U]((lambda x: print(x) or type('x',(),{}))([[T for _ in (1,)],list(T for _ in (1,)),(lambda: T)()])): pass
    def m(self, a: [[T for _ in (1,)] for _ in (1,)], b: [(lambda: T)() for _ in (1,)], c: (lambda: [T for _ in (1,)])()): pass
    print(m.__annotations__)
def f():
    Y='f'
    class A:
        Y='class'
        def m(self, a: [Y for _ in (1,)], b: list(Y for _ in (1,)), c: (lambda: Y)()): pass
        print(m.__annotations__)
        def m[U](self, a: [Y for _ in (1,)], b: list(Y for _ in (1,)), c: (lambda: Y)()): pass
        print(m.__annotations__)
        type X = ([Y for _ in (1,)], list(Y for _ in (1,)), (lambda: Y)())
        print(X.__value__)
f()


class __Base:
    def __init_subclass__(cls, **options):
        cls.options = options


class Derived[T: __Base, __U: list[__Base]](__Base, __option=1):
    def first(self): return __U

    def names(self): return [__U for _ in (1,)]


print(Derived.__bases__, Derived.options, Derived.__type_params__, Derived.__type_params__[0].__bound__)
print(Derived().first(), Derived().names())


class Outer:
    class Inner[__T](__Base): x: __T


print(Outer.Inner.__type_params__, Outer.Inner.__annotations__)

import copyreg, pickle


class Box[T]:
    def __init__(self, x): self.x = x


for protocol in range(6):
    print(pickle.loads(pickle.dumps(Box(protocol), protocol)).x, end=" ")
print()
