// What is changed in files of the embedded library: each replacement must fit exactly once. Whole files that differ
// are in `lib/` instead.

/// A replacement in a file of the library.
pub struct Edit {
    /// The file, below the library's directory.
    pub path: &'static str,
    /// The text that goes.
    pub find: &'static str,
    /// What comes in its place.
    pub replace: &'static str,
}

/// Every replacement, in order.
pub const EDITS: &[Edit] = &[
    // The packaged library carries another implementation's name and directories.
    Edit {
        path: "site.py",
        find: "    return 'RustPython' # XXX: RUSTPYTHON; for site-packages",
        replace: "    return 'Python'",
    },
    Edit {
        path: "site.py",
        find: "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython",
        replace: "    return f'{userbase}/lib/python",
    },
    // What OpenSSL has in CPython.
    Edit {
        path: "hashlib.py",
        find: "    from _hashlib import pbkdf2_hmac\n",
        replace: "    from _kdf import pbkdf2_hmac\n",
    },
    Edit {
        path: "hashlib.py",
        find: "    from _hashlib import scrypt ",
        replace: "    from _kdf import scrypt ",
    },
    Edit {
        path: "sysconfig/__init__.py",
        find: "    return 'RustPython'  # XXX: RUSTPYTHON; For site-packages",
        replace: "    return 'Python'",
    },
    Edit {
        path: "io.py",
        find: "                 open, open_code, BytesIO,",
        replace: "                 open, open_code, FileIO, BytesIO,",
    },
    Edit {
        path: "io.py",
        find: "# XXX: RUSTPYTHON; FileIO needs host_env, optional without it\n\
               try:\n    from _io import FileIO\nexcept ImportError:\n    FileIO = None\n",
        replace: "",
    },
    Edit {
        path: "io.py",
        find: "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase.register(FileIO)",
        replace: "RawIOBase.register(FileIO)",
    },
    Edit {
        path: "sysconfig/__init__.py",
        find: "        f'_sysconfigdata_{sys.abiflags}_{sys.platform}_{multiarch}',",
        replace: "        '_sysconfigdata',",
    },
    // The default filters name the module by a str, as those of CPython's native `_warnings` do.
    Edit {
        path: "_py_warnings.py",
        find: "(mod is None or mod.match(module))",
        replace: "(mod is None or (mod == module if isinstance(mod, str) else mod.match(module)))",
    },
    Edit {
        path: "platform.py",
        find: "        # XXX: RUSTPYTHON support\n        if \"RustPython\" in sys_version:\n            \
               name = \"RustPython\"\n        else:\n            name = 'CPython'",
        replace: "        name = 'Taipan' if 'Taipan' in sys_version else 'CPython'",
    },
    // Only the modules that the start needs are found as frozen; the rest of the library is a directory of its own
    // on `sys.path`, so that a user's module can come before it.
    Edit {
        path: "importlib/_bootstrap_external.py",
        find: "    supported_loaders = _get_supported_file_loaders()\n    sys.path_hooks.extend([FileFinder.path_hook(*supported_loaders)])",
        replace: "    import _embedded_importlib\n    _embedded_importlib._install()\n    \
                  supported_loaders = _get_supported_file_loaders()\n    \
                  sys.path_hooks.extend([FileFinder.path_hook(*supported_loaders)])",
    },
    // Code objects do not change: the loader takes a copy with another file name.
    Edit {
        path: "importlib/_bootstrap_external.py",
        find: "            _imp._fix_co_filename(code, source_path)",
        replace: "            code = _imp._with_co_filename(code, source_path)",
    },
    // Frozen modules have their sources.
    Edit {
        path: "importlib/_bootstrap.py",
        find: "    @classmethod\n    @_requires_frozen\n    def get_source(cls, fullname):\n        \
               \"\"\"Return None as frozen modules do not have source code.\"\"\"\n        return None",
        replace: "    @classmethod\n    @_requires_frozen\n    def get_source(cls, fullname):\n        \
                  \"\"\"Return the source of the frozen module.\"\"\"\n        return _imp.embedded_source(fullname)",
    },
];
