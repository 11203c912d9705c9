"""AssertionError with an expression."""
values = [1, 2, 3]
assert sum(values) == 7 and len(values) > 2, f"sum is {sum(values)}"
