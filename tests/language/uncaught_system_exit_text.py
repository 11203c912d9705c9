"""SystemExit with a message: stderr, code 1."""
print("out")
raise SystemExit("message for stderr")
