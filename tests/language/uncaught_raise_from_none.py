"""raise ... from None hides the context; long values are printed whole."""
try:
    int("x" * 30)
except ValueError:
    raise RuntimeError(["list", {"k": "v"}], "é中😀") from None
