"""A syntax error in the file itself."""
x = 1
print("not reached"
y = 2
