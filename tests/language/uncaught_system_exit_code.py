"""SystemExit with an int."""
import sys

print("out")
try:
    sys.exit(3)
finally:
    print("finally runs")
