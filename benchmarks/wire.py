"""Counts what really goes over the wire, compressed as it is, between a browser and a server."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 65_536


class Wire:
    """Hands bytes on between a port of its own and a server's, and counts them.

    Attributes
    ----------
    total
        Bytes so far, both ways, on all connections.
    """

    def __init__(self, server_port: int) -> None:
        self.total = 0
        self._lock = threading.Lock()
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that stand end with the browser or the server."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._server_port))
                for source, target in ((near, far), (far, near)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._hand_on, args=(source, target), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(AT_ONCE):
                with self._lock:
                    self.total += len(content)
                target.sendall(content)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def counted(server_port: int) -> Iterator[Wire]:
    """Put a counter between a server and whoever uses the counter's port."""
    wire = Wire(server_port)
    try:
        yield wire
    finally:
        wire.close()
