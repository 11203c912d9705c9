"""Imports of the embedded standard library.

Its files exist only inside the interpreter, as if they lay in `sys._stdlib_dir`: that directory is an entry of
`sys.path` like any other, so that a user's module can come before one of the library.
"""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _imp
import posix
import sys


class EmbeddedLoader(_external._LoaderBasics):
    """Loads one module of the embedded library."""

    def __init__(self, fullname, embedded, path):
        self.name = fullname
        self.path = path
        self._embedded = embedded

    def __eq__(self, other):
        return self.__class__ == other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def __repr__(self):
        return f'{type(self).__name__}({self.name!r}, {self.path!r})'

    def get_filename(self, fullname):
        return self.path

    def get_code(self, fullname):
        return _imp.embedded_code(self._embedded, self.path)

    def get_source(self, fullname):
        return _imp.embedded_source(self._embedded)

    def get_data(self, path):
        if path != self.path:
            raise FileNotFoundError(2, 'No such file or directory', path)
        return _imp.embedded_source(self._embedded).encode()


class EmbeddedFinder:
    """Finds the modules of one directory of the embedded library."""

    def __init__(self, path):
        root = sys._stdlib_dir
        if path == root:
            prefix = ''
        elif root and path.startswith(root + '/'):
            prefix = path[len(root) + 1:].replace('/', '.')
            if not _imp.embedded_is_package(prefix):
                raise ImportError('no package of the embedded library', path=path)
            prefix += '.'
        else:
            raise ImportError('not in the embedded library', path=path)
        self.path = path
        self._prefix = prefix

    def __repr__(self):
        return f'{type(self).__name__}({self.path!r})'

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition('.')[2]
        embedded = self._prefix + tail
        is_package = _imp.embedded_is_package(embedded)
        if is_package is None:
            return None
        if is_package:
            directory = f'{self.path}/{tail}'
            path = f'{directory}/__init__.py'
        else:
            path = f'{self.path}/{tail}.py'
        spec = _bootstrap.ModuleSpec(fullname, EmbeddedLoader(fullname, embedded, path), origin=path)
        spec._set_fileattr = True
        if is_package:
            spec.submodule_search_locations = [directory]
        return spec

    def iter_modules(self, prefix=''):
        """For `pkgutil`: names and kinds of the modules of this directory."""
        for name, is_package in _imp.embedded_names(self._prefix):
            yield prefix + name, is_package

    def invalidate_caches(self):
        """Nothing changes in the embedded library."""


def _zip_hook(path):
    """Imports `zipimport` only when something on the path is a file."""
    try:
        mode = posix.stat(path).st_mode
    except (OSError, ValueError):
        if '.zip/' not in path:
            raise ImportError('not a Zip file', path=path) from None
    else:
        if mode & 0o170000 != 0o100000:
            raise ImportError('not a Zip file', path=path)
    import zipimport
    at = sys.path_hooks.index(_zip_hook) if _zip_hook in sys.path_hooks else None
    if at is not None:
        sys.path_hooks[at] = zipimport.zipimporter
    return zipimport.zipimporter(path)


def _install():
    sys.path_hooks[:0] = [_zip_hook, EmbeddedFinder]
