"""Nesting beyond what the native stack holds is a RecursionError, wherever native code recurses."""
import json
import threading
import types


def nested(n, wrap):
    x = wrap(None)
    for _ in range(n):
        x = wrap(x)
    return x


def attempt(name, f):
    try:
        f()
    except RecursionError:
        print(name, "RecursionError")
    except Exception as e:
        print(name, type(e).__name__)
    else:
        print(name, "no error")


lists = nested(100_000, lambda x: [x])
dicts = nested(100_000, lambda x: {"a": x})
attempt("dumps list", lambda: json.dumps(lists))
attempt("dumps dict", lambda: json.dumps(dicts))
x = []
x.append(x)
attempt("alias of itself", lambda: types.GenericAlias(list, (x,)).__parameters__)

# A small stack is enough to run Python code on, and to say that it is used up.
threading.stack_size(65536)


def small():
    def down(n):
        return n and 1 + down(n - 1)

    print(down(300), json.dumps([[[1]]]))
    attempt("in a thread", lambda: json.dumps(lists))


t = threading.Thread(target=small)
t.start()
t.join()

# Sizes and numbers of threads that nobody has.
import itertools

try:
    itertools.combinations_with_replacement("a", 2**50)
except MemoryError:
    print("MemoryError")
try:
    itertools.tee([], 2**50)
except MemoryError:
    print("MemoryError")
