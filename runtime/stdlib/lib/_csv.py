"""What `csv` is built on: reading and writing of delimited text, as CPython's `_csv`."""

__version__ = '1.0'

QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE, QUOTE_STRINGS, QUOTE_NOTNULL = range(6)

_dialects = {}
_field_limit = 128 * 1024
_NOT_SET = object()


class Error(Exception):
    pass


Error.__module__ = '_csv'


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


def _call_dialect(dialect, options):
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
    global _field_limit
    old = _field_limit
    if new_limit is not _NOT_SET:
        if type(new_limit) is not int:
            raise TypeError('limit must be an integer')
        _field_limit = new_limit
    return old


(_START_RECORD, _START_FIELD, _ESCAPED_CHAR, _IN_FIELD, _IN_QUOTED_FIELD, _ESCAPE_IN_QUOTED_FIELD,
 _QUOTE_IN_QUOTED_FIELD, _EAT_CRNL, _AFTER_ESCAPED_CRNL) = range(9)


class Reader:
    """CSV reader

Reader objects are responsible for reading and parsing tabular data
in CSV format."""

    __slots__ = ('_input', '_dialect', 'line_num', '_state', '_fields', '_field', '_unquoted')

    def __init__(self, iterator, dialect):
        self._input = iterator
        self._dialect = dialect
        self.line_num = 0
        self._reset()

    dialect = property(lambda self: self._dialect)

    def _reset(self):
        self._fields = []
        self._field = []
        self._state = _START_RECORD
        self._unquoted = False

    def __iter__(self):
        return self

    def __next__(self):
        self._reset()
        while True:
            try:
                line = next(self._input)
            except StopIteration:
                if self._field or self._state == _IN_QUOTED_FIELD:
                    if self._dialect._strict:
                        raise Error('unexpected end of data') from None
                    self._save()
                    break
                raise
            if not isinstance(line, str):
                raise Error(f'iterator should return strings, not {type(line).__name__} '
                            '(the file should be opened in text mode)')
            if self._fields is None:
                raise Error('iterator has already advanced the reader')
            self.line_num += 1
            self._parse(line)
            if self._state == _START_RECORD:
                break
        fields, self._fields = self._fields, None
        return fields

    def _save(self):
        text = ''.join(self._field)
        self._field = []
        if self._unquoted:
            self._unquoted = False
            quoting = self._dialect._quoting
            if not text and (quoting == QUOTE_NOTNULL or quoting == QUOTE_STRINGS):
                self._fields.append(None)
                return
            if text and (quoting == QUOTE_NONNUMERIC or quoting == QUOTE_STRINGS):
                self._fields.append(float(text))
                return
        self._fields.append(text)

    def _add(self, text):
        self._field.append(text)
        if len(text) > _field_limit or len(self._field) > 1 and sum(map(len, self._field)) > _field_limit:
            raise Error(f'field larger than field limit ({_field_limit})')

    def _parse(self, line):
        d = self._dialect
        delimiter, quote, escape = d._delimiter, d._quotechar, d._escapechar
        quoting, strict = d._quoting, d._strict
        state, at, end = self._state, 0, len(line)
        while at <= end:
            c = line[at] if at < end else '\0eol'
            at += 1
            if state == _AFTER_ESCAPED_CRNL:
                if c == '\0eol':
                    break
                state = _IN_FIELD
            if state == _START_RECORD:
                if c == '\0eol':
                    break
                if c == '\n' or c == '\r':
                    state = _EAT_CRNL
                    continue
                state = _START_FIELD
            if state == _START_FIELD:
                self._unquoted = True
                if c == '\n' or c == '\r' or c == '\0eol':
                    self._save()
                    state = _START_RECORD if c == '\0eol' else _EAT_CRNL
                elif c == quote and quoting != QUOTE_NONE:
                    self._unquoted = False
                    state = _IN_QUOTED_FIELD
                elif c == escape:
                    state = _ESCAPED_CHAR
                elif c == ' ' and d._skipinitialspace:
                    pass
                elif c == delimiter:
                    self._save()
                else:
                    at = self._run(line, at - 1, delimiter, escape)
                    state = _IN_FIELD
            elif state == _ESCAPED_CHAR:
                if c == '\n' or c == '\r':
                    self._add(c)
                    state = _AFTER_ESCAPED_CRNL
                else:
                    self._add('\n' if c == '\0eol' else c)
                    state = _IN_FIELD
                    if c == '\0eol':
                        break
            elif state == _IN_FIELD:
                if c == '\n' or c == '\r' or c == '\0eol':
                    self._save()
                    state = _START_RECORD if c == '\0eol' else _EAT_CRNL
                elif c == escape:
                    state = _ESCAPED_CHAR
                elif c == delimiter:
                    self._save()
                    state = _START_FIELD
                else:
                    at = self._run(line, at - 1, delimiter, escape)
            elif state == _IN_QUOTED_FIELD:
                if c == '\0eol':
                    break
                if c == escape:
                    state = _ESCAPE_IN_QUOTED_FIELD
                elif c == quote and quoting != QUOTE_NONE:
                    state = _QUOTE_IN_QUOTED_FIELD if d._doublequote else _IN_FIELD
                else:
                    stop = _first(line, at, quote, escape)
                    self._add(line[at - 1:stop])
                    at = stop
            elif state == _ESCAPE_IN_QUOTED_FIELD:
                self._add('\n' if c == '\0eol' else c)
                state = _IN_QUOTED_FIELD
                if c == '\0eol':
                    break
            elif state == _QUOTE_IN_QUOTED_FIELD:
                if quoting != QUOTE_NONE and c == quote:
                    self._add(c)
                    state = _IN_QUOTED_FIELD
                elif c == delimiter:
                    self._save()
                    state = _START_FIELD
                elif c == '\n' or c == '\r' or c == '\0eol':
                    self._save()
                    state = _START_RECORD if c == '\0eol' else _EAT_CRNL
                elif not strict:
                    self._add(c)
                    state = _IN_FIELD
                else:
                    raise Error(f"'{delimiter}' expected after '{quote}'")
            else:
                if c == '\0eol':
                    state = _START_RECORD
                elif c != '\n' and c != '\r':
                    raise Error('new-line character seen in unquoted field - do you need to open the file with '
                                "newline=''?")
        self._state = state

    def _run(self, line, start, delimiter, escape):
        """Add the characters from `start` on that mean nothing; where they end."""
        stop = line.find(delimiter, start)
        if stop < 0:
            stop = len(line)
        for c in '\n', '\r', escape:
            if c is not None:
                at = line.find(c, start, stop)
                if at >= 0:
                    stop = at
        self._add(line[start:stop])
        return stop

    def __reduce__(self):
        raise TypeError(f"cannot pickle '{type(self).__module__}.reader' object")

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle '{type(self).__module__}.reader' object")


Reader.__name__ = Reader.__qualname__ = 'reader'


def _first(line, start, *chars):
    """Where the first of the characters is."""
    stop = len(line)
    for c in chars:
        if c is not None:
            at = line.find(c, start, stop)
            if at >= 0:
                stop = at
    return stop


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
    return Reader(iterator, _call_dialect(dialect, options))


class Writer:
    """CSV writer

Writer objects are responsible for generating tabular data
in CSV format from sequence input."""

    __slots__ = ('_write', '_dialect')

    def __init__(self, write, dialect):
        self._write = write
        self._dialect = dialect

    dialect = property(lambda self: self._dialect)

    def writerow(self, row, /):
        """writerow(iterable)

Construct and write a CSV record from an iterable of fields.  Non-string
elements will be converted to string."""
        d = self._dialect
        try:
            fields = iter(row)
        except TypeError:
            raise Error(f'iterable expected, not {type(row).__name__}') from None
        quoting = d._quoting
        out, count, empty = [], 0, False
        for field in fields:
            if quoting == QUOTE_NONNUMERIC:
                quoted = not (isinstance(field, (int, float, complex)) or hasattr(type(field), '__float__')
                              or hasattr(type(field), '__index__'))
            elif quoting == QUOTE_ALL:
                quoted = True
            elif quoting == QUOTE_STRINGS:
                quoted = isinstance(field, str)
            elif quoting == QUOTE_NOTNULL:
                quoted = field is not None
            else:
                quoted = False
            text = field if isinstance(field, str) else '' if field is None else str(field)
            count += 1
            empty = count == 1 and field is None
            if not text and d._delimiter == ' ' and d._skipinitialspace:
                if quoting == QUOTE_NONE or field is None and quoting in (QUOTE_STRINGS, QUOTE_NOTNULL):
                    raise Error('empty field must be quoted if delimiter is a space and skipinitialspace is true')
                quoted = True
            out.append(self._joined(text, quoted))
        if count == 1 and not out[0]:
            if quoting == QUOTE_NONE or empty and quoting in (QUOTE_STRINGS, QUOTE_NOTNULL):
                raise Error('single empty field record must be quoted')
            out[0] = d._quotechar * 2
        return self._write(d._delimiter.join(out) + d._lineterminator)

    def _joined(self, text, quoted):
        d = self._dialect
        delimiter, quote, escape = d._delimiter, d._quotechar, d._escapechar
        special = {delimiter, escape, quote, '\r', '\n', *d._lineterminator}
        if special.isdisjoint(text):
            return quote + text + quote if quoted else text
        pieces = []
        for c in text:
            if c in special:
                if d._quoting == QUOTE_NONE:
                    escaped = True
                elif c == quote:
                    escaped = not d._doublequote
                    if not escaped:
                        pieces.append(quote)
                        quoted = True
                else:
                    escaped = c == escape
                    if not escaped:
                        quoted = True
                if escaped:
                    if escape is None:
                        raise Error('need to escape, but no escapechar set')
                    pieces.append(escape)
            pieces.append(c)
        text = ''.join(pieces)
        return quote + text + quote if quoted else text

    def writerows(self, rows, /):
        """writerows(iterable of iterables)

Construct and write a series of iterables to a csv file.  Non-string
elements will be converted to string."""
        for row in rows:
            self.writerow(row)

    def __reduce__(self):
        raise TypeError(f"cannot pickle '{type(self).__module__}.writer' object")

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle '{type(self).__module__}.writer' object")


Writer.__name__ = Writer.__qualname__ = 'writer'


def writer(file, /, dialect=None, **options):
    """Return a writer object that will write user data on the given file object.

The "file" argument can be any object that supports the file API."""
    write = getattr(file, 'write', None)
    if not callable(write):
        raise TypeError('argument 1 must have a "write" method')
    return Writer(write, _call_dialect(dialect, options))
