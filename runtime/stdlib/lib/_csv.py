"""What `csv` is built on: dialects. Reading and writing of rows is native."""

import _csv_rows
from _csv_rows import Error, Reader, Writer

__version__ = '1.0'

QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE, QUOTE_STRINGS, QUOTE_NOTNULL = range(6)

_dialects = {}
_NOT_SET = object()


def _flag(name, value, default):
    return default if value is _NOT_SET else bool(value)


def _quoting(name, value, default):
    if value is _NOT_SET:
        return default
    if type(value) is not int:
        raise TypeError(f'"{name}" must be an integer, not {type(value).__name__}')
    return value


def _char(name, value, default, or_none):
    if value is _NOT_SET:
        return default
    if value is None and or_none:
        return None
    kind = 'a unicode character or None' if or_none else 'a unicode character'
    if not isinstance(value, str):
        raise TypeError(f'"{name}" must be {kind}, not {type(value).__name__}')
    if len(value) != 1:
        raise TypeError(f'"{name}" must be {kind}, not a string of length {len(value)}')
    return value


def _terminator(name, value, default):
    if value is _NOT_SET:
        return default
    if not isinstance(value, str):
        raise TypeError(f'"{name}" must be a string, not {type(value).__name__}')
    return value


class Dialect:
    """CSV dialect

The Dialect type records CSV dialect options."""

    __slots__ = ('_delimiter', '_doublequote', '_escapechar', '_lineterminator', '_quotechar', '_quoting',
                 '_skipinitialspace', '_strict')

    def __new__(cls, dialect=None, delimiter=_NOT_SET, doublequote=_NOT_SET, escapechar=_NOT_SET,
                lineterminator=_NOT_SET, quotechar=_NOT_SET, quoting=_NOT_SET, skipinitialspace=_NOT_SET,
                strict=_NOT_SET):
        given = (delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict)
        if dialect is not None:
            if isinstance(dialect, str):
                dialect = get_dialect(dialect)
            if type(dialect) is cls is Dialect and all(value is _NOT_SET for value in given):
                return dialect
            names = ('delimiter', 'doublequote', 'escapechar', 'lineterminator', 'quotechar', 'quoting',
                     'skipinitialspace', 'strict')
            delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict = [
                getattr(dialect, name, _NOT_SET) if value is _NOT_SET else value
                for name, value in zip(names, given)]
        self = super().__new__(cls)
        self._delimiter = _char('delimiter', delimiter, ',', False)
        self._doublequote = _flag('doublequote', doublequote, True)
        self._escapechar = _char('escapechar', escapechar, None, True)
        self._lineterminator = _terminator('lineterminator', lineterminator, '\r\n')
        self._quotechar = _char('quotechar', quotechar, '"', True)
        self._quoting = _quoting('quoting', quoting, QUOTE_MINIMAL)
        self._skipinitialspace = _flag('skipinitialspace', skipinitialspace, False)
        self._strict = _flag('strict', strict, False)
        if not QUOTE_MINIMAL <= self._quoting <= QUOTE_NOTNULL:
            raise TypeError('bad "quoting" value')
        if self._quotechar is None:
            if quotechar is None and quoting is _NOT_SET:
                self._quoting = QUOTE_NONE
            if self._quoting != QUOTE_NONE:
                raise TypeError('quotechar must be set if quoting enabled')
        self._check_chars()
        return self

    def _check_chars(self):
        space = self._skipinitialspace
        checked = (('delimiter', self._delimiter, True), ('escapechar', self._escapechar, not space),
                   ('quotechar', self._quotechar, not space))
        for name, c, allow_space in checked:
            if c is not None and (c in '\r\n' or c == ' ' and not allow_space):
                raise ValueError(f'bad {name} value')
        for name, c, _ in checked:
            if c is not None and c in self._lineterminator:
                raise ValueError(f'bad {name} or lineterminator value')
        for i, (name, c, _) in enumerate(checked):
            for other_name, other, _ in checked[i + 1:]:
                if c is not None and c == other:
                    raise ValueError(f'bad {name} or {other_name} value')

    delimiter = property(lambda self: self._delimiter)
    doublequote = property(lambda self: self._doublequote)
    escapechar = property(lambda self: self._escapechar)
    lineterminator = property(lambda self: self._lineterminator)
    quotechar = property(lambda self: self._quotechar)
    quoting = property(lambda self: self._quoting)
    skipinitialspace = property(lambda self: self._skipinitialspace)
    strict = property(lambda self: self._strict)

    def __reduce__(self):
        raise TypeError(f"cannot pickle '{type(self).__name__}' instances")

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle '{type(self).__name__}' instances")


_default = Dialect()


def _call_dialect(dialect, options):
    # Dialects do not change: where nothing is overridden, the one that there is will do.
    if not options:
        if dialect is None:
            return _default
        if isinstance(dialect, str):
            return get_dialect(dialect)
    return Dialect(dialect, **options)


def register_dialect(name, /, dialect=None, **options):
    """Create a mapping from a string name to a CSV dialect.

The optional "dialect" argument specifies the base dialect instance
or the name of the registered dialect.  "fmtparams" are additional
formatting parameters."""
    if not isinstance(name, str):
        raise TypeError('dialect name must be a string')
    _dialects[name] = _call_dialect(dialect, options)


def unregister_dialect(name):
    """Delete the name/dialect mapping associated with a string name."""
    if name not in _dialects:
        raise Error('unknown dialect')
    del _dialects[name]


def get_dialect(name):
    """Return the dialect instance associated with name."""
    if name not in _dialects:
        raise Error('unknown dialect')
    return _dialects[name]


def list_dialects():
    """Return a list of all known dialect names."""
    return list(_dialects)


def field_size_limit(new_limit=_NOT_SET):
    """Sets an upper limit on parsed fields.

Returns old limit. If limit is not given, no new limit is set and
the old limit is returned."""
    return _csv_rows.field_size_limit() if new_limit is _NOT_SET else _csv_rows.field_size_limit(new_limit)


def reader(iterable, /, dialect=None, **options):
    """Return a reader object that will process lines from the given iterable.

The "iterable" argument can be any object that returns a line of input
for each iteration, such as a file object or a list.  The optional
"dialect" argument defines a CSV dialect.  The function also accepts
optional keyword arguments which override settings provided by the
dialect.

The returned object is an iterator.  Each iteration returns a row of the
CSV file (which can span multiple input lines)."""
    iterator = iter(iterable)
    return _csv_rows.new_reader(iterator, _call_dialect(dialect, options))


def writer(file, /, dialect=None, **options):
    """Return a writer object that will write user data on the given file object.

The "file" argument can be any object that supports the file API."""
    write = getattr(file, 'write', None)
    if not callable(write):
        raise TypeError('argument 1 must have a "write" method')
    return _csv_rows.new_writer(write, _call_dialect(dialect, options))
