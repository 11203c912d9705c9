"""What sysconfig.get_config_vars() says about the build: nothing was built by a makefile."""

import sys

build_time_vars = {
    'prefix': sys.base_prefix,
    'exec_prefix': sys.base_exec_prefix,
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 0,
    'WITH_DOC_STRINGS': 1,
    'HAVE_FORK': 1,
    'SIZEOF_VOID_P': 8,
    'EXE': '',
    'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo',
    'VERSION': '%d.%d' % sys.version_info[:2],
}
