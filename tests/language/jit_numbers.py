from array import array
import sys
def f(a,n):
    s=0
    for k in range(n):
        for i in range(len(a)): s+=a[i]
        for i in range(-1,-len(a)-1,-1): s-=a[i]
        for x in a: s+=x
    return s
for code in 'bBhHiIlLqQfd':
    a=array(code,[1,2,3,100,5,7]*5); print(code,f(a,200))
    def st(a):
        for k in range(500):
            for i in range(len(a)):
                a[i]=(a[i]+k)%97
        return list(a)[:6]
    print(st(a))
    for bad in (-1,256,70000,1<<32,1<<63,-(1<<63)-1,'x',1.5,None):
        try:
            for i in range(300): a[3]=i%50
            a[0]=bad; print(code,bad,a[0])
        except Exception as e: print(code,bad,type(e).__name__,e)
q=array('q',[1<<62,-(1<<62),(1<<63)-1,-(1<<63)])
def big(q):
    t=0
    for k in range(400):
        for i in range(len(q)): t+=q[i]
    return t
print(big(q))
b=bytearray(b'hello world')
def bb(b):
    t=0
    for k in range(300):
        for i in range(len(b)): b[i]=(b[i]+1)&255
        for c in b: t+=c
    return t
print(bb(b),b)
for bad in (-1,256,1<<70,'a',1.0):
    try: b[2]=bad
    except Exception as e: print(type(e).__name__,e)
try:
    for i in range(300): b[i]=0
except IndexError as e: print(e, i)
try:
    for i in range(300): bytes(5)[i]
except IndexError as e: print(e, i)
for s in ('abc','ab\xff','a\u1234b','a\U0001F600b',''):
    def g(s):
        o=[]
        for k in range(200):
            o=[s[i] for i in range(len(s))]+[c for c in s]+[s[-i-1] for i in range(len(s))]
            n=0
            for c in s:
                if c=='a': n+=1
                elif c!='b': n+=10
            o.append(n)
        return o
    print(g(s))
def grow(b):
    n=0
    for c in b:
        n+=c
        if len(b)<1000: b.append(n&255)
    return n,len(b)
print(grow(bytearray(b'abc')))
class B(bytearray):
    def __getitem__(self,i): return 42
class S(str):
    def __getitem__(self,i): return 'q'
def h(x): 
    r=0
    for i in range(500): r=x[1]
    return r
print(h(B(b'abc')),h(S('abc')),h(bytearray(b'abc')),h('abc'),h(b'abc'),h(array('d',[1,2])))
A=type('A',(array,),{})
print(h(A('i',[3,4])), h(array('w','hé')))
def eq(a,b):
    n=0
    for i in range(600):
        if a[i%len(a)]==b[i%len(b)]: n+=1
        if a[i%len(a)]!=b[(i+1)%len(b)]: n+=3
    return n
print(eq(['x','xy','','é','\u1234','xz','xyz'],['x','x'+'y','','é','\u1234','xa','xy'+'z'.lower()]))
import pickle,copy
it=iter('hello'); next(it); print(copy.copy(it).__reduce__(), list(it), it.__reduce__()); it=iter(b'hello'); next(it); print(it.__reduce__(),list(it),it.__reduce__()); it=iter(bytearray(b'hel')); next(it); print(it.__reduce__(),it.__length_hint__(),list(it),it.__reduce__())
m=memoryview(b); 
try: b.append(1)
except BufferError as e: print(e)
m.release(); b.append(1); print(len(b))
