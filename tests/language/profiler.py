"""cProfile: what is counted, by whom it was called, what it prints."""
import _lsprof
import cProfile
import io
import pstats


def f(n):
    return f(n - 1) if n else len([])


def figures(profiler):
    def name(code):
        return code if isinstance(code, str) else code.co_name

    for e in sorted(profiler.getstats(), key=lambda e: name(e.code)):
        calls = sorted((name(c.code), c.callcount, c.reccallcount) for c in e.calls or ())
        print(name(e.code), e.callcount, e.reccallcount, e.totaltime >= e.inlinetime >= 0, calls)


p = _lsprof.Profiler()
p.enable()
f(3)
[].append(1)
sorted([3, 1], key=lambda x: x)
p.disable()
figures(p)
p.clear()
print(p.getstats())

# A timer of one's own.
ticks = iter(range(0, 10_000, 10))
p = _lsprof.Profiler(lambda: next(ticks), 0.5, builtins=False)


def outer():
    inner()
    inner()


def inner():
    pass


p.enable(builtins=False)
outer()
p.disable()
for e in sorted(p.getstats(), key=lambda e: e.code.co_name):
    print(e.code.co_name, e.callcount, e.totaltime, e.inlinetime, [(c.code.co_name, c.totaltime) for c in e.calls or ()])


def generator():
    yield 1
    yield 2


with cProfile.Profile() as p:
    list(generator())
    try:
        f("x")
    except TypeError:
        pass
figures(p)

out = io.StringIO()
p = cProfile.Profile()
print(p.runcall(f, 5))
stats = pstats.Stats(p, stream=out)
stats.sort_stats("name").print_stats()
print([line.split()[0] for line in out.getvalue().splitlines() if line.endswith(("(f)", "len}"))])
print(stats.total_calls, stats.prim_calls)
print([(k[2], v[:2], {c[2]: n[:2] for c, n in v[4].items()}) for k, v in sorted(stats.stats.items())])
try:
    cProfile.run("1 +")
except SyntaxError:
    print("SyntaxError")
q = _lsprof.Profiler()
q.enable()
try:
    _lsprof.Profiler().enable()
except ValueError:
    print("ValueError")
q.disable()
