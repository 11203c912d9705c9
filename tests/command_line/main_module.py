import sys

main = sys.modules["__main__"]
print(main.__name__, main.__spec__, main.__doc__, type(main.__loader__).__name__, main.__package__)
print(sorted(n for n in vars(main) if n.startswith("__")))
