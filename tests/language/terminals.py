"""termios, tty and pty."""
import os
import pty
import termios
import tty

master, slave = pty.openpty()
before = termios.tcgetattr(slave)
print(len(before), len(before[6]), before[6][termios.VEOF], bool(before[3] & termios.ECHO))
tty.setraw(slave)
raw = termios.tcgetattr(slave)
print(bool(raw[3] & termios.ECHO), bool(raw[3] & termios.ICANON), raw[6][termios.VMIN], raw[6][termios.VTIME])
os.write(master, b"x")
print(os.read(slave, 1))
termios.tcsetattr(slave, termios.TCSANOW, before)
print(termios.tcgetattr(slave) == before)
termios.tcsetwinsize(slave, (30, 90))
print(termios.tcgetwinsize(master), os.get_terminal_size(slave))
termios.tcflush(slave, termios.TCIOFLUSH)
for bad in (lambda: termios.tcgetattr(os.open(os.devnull, os.O_RDONLY)), lambda: termios.tcsetattr(slave, 0, [1]),
            lambda: termios.tcsetwinsize(slave, 3)):
    try:
        bad()
    except (termios.error, TypeError) as e:
        print(type(e).__name__, e)
