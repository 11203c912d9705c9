"""Chained exceptions: cause and context, notes, a custom class."""


class Custom(Exception):
    pass


def first():
    {}["missing"]


def second():
    try:
        first()
    except KeyError as error:
        raise Custom("explained", 5) from error


try:
    second()
except Custom as error:
    error.add_note("a note")
    error.add_note("another\nwith two lines")
    undefined_function(error)
