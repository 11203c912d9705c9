"""Wrong calls: the message names the qualified function."""


class A:
    class B:
        def method(self, a, b, *, c):
            return a


A.B().method(1, d=2)
