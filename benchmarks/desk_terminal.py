"""A program on a pseudo-terminal for `desk.py`: what it writes, with the time of each write, and how that looks."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS, ROWS = 140, 40


class Terminal:
    """One program, from its start to the end of the block."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self.chunks: list[tuple[float, bytes]] = []
        """Seconds since the start, and what was written then."""

    def __enter__(self) -> Self:
        self._start = time.perf_counter()
        self._pid, self._handle = pty.fork()
        if self._pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvpe(self._command[0], self._command, environment)
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._open = True
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        os.kill(self._pid, signal.SIGTERM)
        end = time.monotonic() + 10.0
        while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(self._pid, signal.SIGKILL)
            time.sleep(0.02)
        self._listener.join()
        os.close(self._handle)

    def _listen(self) -> None:
        while self._open:
            ready, _, _ = select.select([self._handle], [], [], 0.1)
            if ready:
                try:
                    data = os.read(self._handle, 65536)
                except OSError:  # the program has ended
                    return
                self.chunks.append((time.perf_counter() - self._start, data))

    def send(self, keys: str, pause: float = 0.0) -> float:
        """Type, wait `pause` seconds, and return when it was typed, in seconds since the start."""
        at = time.perf_counter() - self._start
        os.write(self._handle, keys.encode())
        time.sleep(pause)
        return at

    def wait_quiet(self, seconds: float, most: float) -> None:
        """Wait until something was written and then nothing for `seconds`; at most `most` seconds in all."""
        end = time.perf_counter() + most
        while time.perf_counter() < end:
            last = self.chunks[-1][0] if self.chunks else None
            if last is not None and time.perf_counter() - self._start - last > seconds:
                return
            time.sleep(0.02)

    def memory(self) -> float:
        """Return the resident memory of the program without its children, in MB."""
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii")
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kilobytes) / 1000


def screens(chunks: Sequence[tuple[float, bytes]], *, styles: bool = False) -> Iterator[tuple[float, list[Any]]]:
    """Yield after each write its time and the screen's rows: as text, or as signs with their styles."""
    import pyte

    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    for seconds, data in chunks:
        stream.feed(data)
        if styles:
            yield seconds, [tuple(screen.buffer[row][column] for column in range(COLUMNS)) for row in range(ROWS)]
        else:
            yield seconds, list(screen.display)
