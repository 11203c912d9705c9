import sys
print(sys.argv, __file__.endswith("arguments.py"), __name__, __doc__)
