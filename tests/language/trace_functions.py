import sys
def f(a):
    b = a + 1
    if b > 1:
        pass
    for i in range(2):
        b += i
    return (b,
            a)
def g():
    try:
        x = yield 1
        yield 2
    except ValueError:
        return 7
def h():
    it = g()
    next(it)
    try:
        raise KeyError(1)
    except KeyError as e:
        y = 1
    f(2); len([])
    class A:
        x = 1
    return [z for z in (1,2)]
def bad():
    raise ValueError
def outer():
    bad()
ev=[]
def t(frame, event, arg):
    print(event, frame.f_code.co_name, frame.f_lineno, arg if event in('return',) else (arg and arg[0].__name__))
    return t
sys.settrace(t)
f(1)
h()
try: outer()
except ValueError: pass
sys.settrace(None)
print("profile")
def p(frame, event, arg):
    print(event, frame.f_code.co_name, frame.f_lineno, getattr(arg,'__name__',arg))
sys.setprofile(p)
f(1)
h()
try: outer()
except ValueError: pass
[1,2].append(3); "a".upper(); sorted([2,1], key=lambda x: x); str.upper("x")
sys.setprofile(None)
