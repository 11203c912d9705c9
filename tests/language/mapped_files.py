"""mmap: files and memory."""
import mmap
import tempfile

with tempfile.TemporaryFile() as f:
    f.write(b"hello\nworld\n" * 3)
    f.flush()
    m = mmap.mmap(f.fileno(), 0)
    print(len(m), m[:5], m[-1], m[6:11], m[::7], m.find(b"world"), m.rfind(b"hello"), m.find(b"nope"))
    print(m.readline(), m.tell(), m.read(3), m.read_byte(), m.seek(0, 2), m.read())
    m[0:5] = b"HELLO"
    m[5] = 33
    m.seek(12)
    m.write(b"again")
    m.move(0, 6, 5)
    m.flush()
    f.seek(0)
    print(f.read())
    view = memoryview(m)
    print(view[0], view.readonly, view.nbytes)
    for call in (m.close, lambda: m.resize(5)):
        try:
            call()
        except BufferError as e:
            print("BufferError")
    view.release()
    m.resize(6)
    print(len(m), m.size(), bytes(m))
    m.close()
    print(m.closed)
    for bad in (lambda: m[0], lambda: mmap.mmap(f.fileno(), 100), lambda: mmap.mmap(f.fileno(), -1)):
        try:
            bad()
        except (ValueError, OverflowError) as e:
            print(type(e).__name__, e)
    with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as r:
        try:
            r[0] = 1
        except TypeError as e:
            print(e)
with mmap.mmap(-1, 10) as m:
    m.write(b"0123456789")
    print(m[3:6], m.seek(0), m.read(4))
    try:
        m.seek(11)
    except ValueError as e:
        print(e)
    try:
        m.write(b"x" * 20)
    except ValueError as e:
        print(e)
