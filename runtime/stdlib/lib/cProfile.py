"""Profiles programs with a native profiler; the interface is that of the module profile."""

import _lsprof
import io
import profile as _profile
import types

__all__ = ["run", "runctx", "Profile"]


def run(statement, filename=None, sort=-1):
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _profile.run.__doc__
runctx.__doc__ = _profile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler over a timer function, by default a fast one of real time. For a timer that returns ints, timeunit is
    how many seconds one of them is.
    """

    def print_stats(self, sort=-1):
        import pstats
        if not isinstance(sort, tuple):
            sort = (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*sort).print_stats()

    def dump_stats(self, file):
        import marshal
        with open(file, "wb") as f:
            self.create_stats()
            marshal.dump(self.stats, f)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Bring what was collected into the form that pstats reads, in self.stats: by function (file, line, name), the
        calls that were not recursive, all calls, the time inside, the time with callees, and the same by caller."""
        entries = self.getstats()
        callers = {}
        for entry in entries:
            for callee in entry.calls or ():
                of_callee = callers.setdefault(label(callee.code), {})
                add_up(of_callee, label(entry.code), callee)
        self.stats = {}
        for entry in entries:
            function = label(entry.code)
            add_up(self.stats, function, entry)
        for function, figures in self.stats.items():
            # By caller, pstats has the two counts the other way round.
            by_caller = {f: (calls, primitive, *times)
                         for f, (primitive, calls, *times) in callers.get(function, {}).items()}
            self.stats[function] = (*figures, by_caller)

    def run(self, cmd):
        import __main__
        namespace = __main__.__dict__
        return self.runctx(cmd, namespace, namespace)

    def _begin(self):
        # Its caller's frame hears of calls from when this returns on.
        self.enable()

    def runctx(self, cmd, globals, locals):
        self._begin()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        """Profile a single call; returns what the function does."""
        self._begin()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def add_up(table, function, entry):
    """Add an entry's figures to those of a function, of which there may be several entries."""
    old = table.get(function, (0, 0, 0, 0))
    new = (entry.callcount - entry.reccallcount, entry.callcount, entry.inlinetime, entry.totaltime)
    table[function] = tuple(a + b for a, b in zip(old, new))


def label(code):
    if isinstance(code, str):
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def main():
    import optparse
    import os
    import runpy
    import sys
    import pstats

    parser = optparse.OptionParser(
        usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.disable_interspersed_args()
    parser.add_option("-o", "--outfile", help="Save stats to <outfile>")
    parser.add_option("-s", "--sort", default=2, choices=sorted(pstats.Stats.sort_arg_dict_default),
                      help="Sort order when printing to stdout, based on pstats.Stats class")
    parser.add_option("-m", dest="module", action="store_true", help="Profile a library module")
    options, args = parser.parse_args()
    if not args:
        parser.print_usage()
        sys.exit(2)
    sys.argv[:] = args
    # The program may change directories.
    outfile = options.outfile and os.path.abspath(options.outfile)
    if options.module:
        code = "run_module(modname, run_name='__main__')"
        globs = {"run_module": runpy.run_module, "modname": args[0]}
    else:
        program = args[0]
        sys.path.insert(0, os.path.dirname(program))
        with io.open_code(program) as f:
            code = compile(f.read(), program, "exec")
        # The program is the main module, to pickle and multiprocessing, too: one without a spec, as a script is.
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        globs = module.__dict__
        globs.update({"__file__": program, "__cached__": None, "__builtins__": __builtins__})
    try:
        runctx(code, globs, None, outfile, options.sort)
    except BrokenPipeError as error:
        # Whoever reads the table may stop before its end.
        sys.stdout = None
        sys.exit(error.errno)


if __name__ == "__main__":
    main()
