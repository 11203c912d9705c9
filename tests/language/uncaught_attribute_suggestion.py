"""Suggestions: an attribute that is nearly right."""


class Point:
    def __init__(self):
        self.coordinate = 1


Point().cordinate
