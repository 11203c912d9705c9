"""An error in __exit__ while another is handled."""


class CM:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        raise RuntimeError("in exit")


with CM() as cm:
    raise ValueError("in body")
