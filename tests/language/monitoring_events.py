"""sys.monitoring: what tools hear, and what they switch off."""
import sys

M = sys.monitoring
E = M.events
heard = []


def work(n):
    total = 0
    for i in range(n):
        total += i
    if total > 100:
        raise ValueError(total)
    return total


def gen():
    yield 1
    yield 2


def hear(name, *, answer=None):
    def callback(code, *args):
        shown = [args[0] - code.co_firstlineno] if name == "line" else [type(a).__name__ for a in args[1:]]
        heard.append((name, code.co_name, *shown))
        return answer
    return callback


def run(title, function, events, *, code=None):
    M.use_tool_id(3, "test")
    for name, event in events.items():
        M.register_callback(3, event, hear(name))
    mask = 0
    for event in events.values():
        mask |= event
    if code is None:
        M.set_events(3, mask)
    else:
        M.set_local_events(3, code, mask)
    try:
        function()
    except ValueError as e:
        print("raised", e)
    M.set_events(3, 0)
    M.free_tool_id(3)
    print(title, [h for h in heard if h[1] in ("work", "gen")])
    heard.clear()


run("lines", lambda: work(2), {"line": E.LINE}, code=work.__code__)
run("calls", lambda: work(3), {"start": E.PY_START, "return": E.PY_RETURN})
run("raise", lambda: work(50), {"start": E.PY_START, "unwind": E.PY_UNWIND, "raise": E.RAISE})
run("generators", lambda: list(gen()), {"start": E.PY_START, "resume": E.PY_RESUME, "yield": E.PY_YIELD, "return": E.PY_RETURN})

M.use_tool_id(3, "test")
M.register_callback(3, E.LINE, hear("line", answer=M.DISABLE))
M.set_local_events(3, work.__code__, E.LINE)
work(3), work(3)
print("disabled", len(heard))
M.restart_events()
work(3)
print("restarted", len(heard))
M.free_tool_id(3)
for call in (lambda: M.set_events(3, 1), lambda: M.use_tool_id(9, "x"), lambda: M.get_events(3)):
    try:
        print(call())
    except ValueError as e:
        print(e)
