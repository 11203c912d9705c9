"""weakref: callbacks, containers, finalize, proxies."""
import gc
import weakref


class T:
    def __init__(self, n):
        self.n = n

    def m(self):
        return self.n


t = T(1)
r = weakref.ref(t, lambda ref: print("callback", ref() is None))
print(r() is t, r().n, weakref.getweakrefcount(t), r == weakref.ref(t), weakref.ref(t) is weakref.ref(t))
del t
print(r(), type(r).__name__)
t = T(2)
p = weakref.proxy(t)
print(p.n, p.m())
p.n = 5
print(t.n)
del t
try:
    p.n
except ReferenceError as error:
    print(error)
wd = weakref.WeakValueDictionary()
a, b = T("a"), T("b")
wd["a"], wd["b"] = a, b
print(sorted(wd), len(wd), wd["a"].n)
del a
print(sorted(wd), "a" in wd)
wk = weakref.WeakKeyDictionary()
wk[b] = 1
print(len(wk), wk[b])
del b
print(len(wk), len(wd))
ws = weakref.WeakSet()
c = T("c")
ws.add(c)
print(len(ws), c in ws)
del c
print(len(ws))
f = T("f")
fin = weakref.finalize(f, print, "finalized", 1)
print(fin.alive)
del f
print(fin.alive)
u = T("u")
wm = weakref.WeakMethod(u.m)
print(wm()())
del u
print(wm())
for bad in (5, "s", (1,), None, []):
    try:
        weakref.ref(bad)
    except TypeError as error:
        print(error)


def func():
    pass


print(weakref.ref(func)() is func, weakref.ref(T)() is T, weakref.ref({1})() is None)


class Cyclic:
    pass


x = Cyclic()
x.me = x
rx = weakref.ref(x, lambda r: print("cycle callback"))
del x
gc.collect()
print(rx())
order = []
y = T("y")
refs = [weakref.ref(y, lambda r, i=i: order.append(i)) for i in range(3)]
del y
print(order)


def loop():
    dead = 0
    refs = []
    for i in range(2000):
        o = T(i)
        refs.append(weakref.ref(o))
        if i and refs[i - 1]() is None:
            dead += 1
    return dead, refs[-1]() is o


print(loop())
