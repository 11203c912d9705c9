"""An error raised while a class body runs."""


class Outer:
    x = 1

    class Inner:
        y = undefined_here
