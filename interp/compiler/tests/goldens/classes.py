class Base[T](Parent, metaclass=Meta):
    """Doc."""

    x: int = 1
    if DEBUG:
        y: str

    def method(self, a: T) -> T:
        self.a = a
        return super().method(a, key=f"{a!r:>{self.x}}")


type Pair[T: (int, str) = int] = tuple[T, T]
template = t"{name!r} is {value:.2f}"
