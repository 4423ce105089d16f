"""A small reverse proxy that serves one path prefix, for tests of an app behind another server."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Forwards requests under `prefix`, WebSockets included, and answers 404 to all others."""

    target: int  # port
    prefix: str
    port: int = 0
    refused: list[str] = field(default_factory=list)  # paths outside of the prefix

    def serve(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=[client], daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (part := client.recv(65536)):
                    return
                head += part
            lines, _, rest = head.partition(b"\r\n\r\n")
            first, *headers = lines.split(b"\r\n")
            path = first.split()[1].decode()
            if not path.startswith(self.prefix):
                self.refused.append(path)
                client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                return
            if not any(header.lower().startswith(b"upgrade:") for header in headers):
                kept = [one for one in headers if not one.lower().startswith(b"connection:")]
                headers = [*kept, b"Connection: close"]  # one request per connection
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                server.sendall(b"\r\n".join([first, *headers]) + b"\r\n\r\n" + rest)
                back = threading.Thread(target=_pipe, args=[server, client], daemon=True)
                back.start()
                _pipe(client, server)
                back.join()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def reverse_proxy(target: int, prefix: str) -> Iterator[Proxy]:
    """A proxy on a free port, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(target, prefix, server.getsockname()[1])
        threading.Thread(target=proxy.serve, args=[server], daemon=True).start()
        yield proxy
