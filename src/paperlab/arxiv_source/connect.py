"""HTTP connections that are made within a time limit, name resolution and all addresses of a host counted.

The usual limit counts for each address alone and does not cover a resolver that hangs.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.poolmanager import PoolManager
    from urllib3.response import HTTPResponse

Address = tuple[socket.AddressFamily, socket.SocketKind, int, Any]


class Unreachable(NewConnectionError):
    """No connection to a host; `why` is half a sentence for people."""

    def __init__(self, connection: HTTPConnection, why: str) -> None:
        super().__init__(connection, why)
        self.why = why


def bounded_session(seconds: float, on_sent: Callable[[], None]) -> requests.Session:
    """Return a session that connects within `seconds` and calls `on_sent` when a request has left."""
    session = _Session()
    adapter = _Adapter(seconds, on_sent)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Redirects are the transport's: here they would be parsed, and their bodies read, unasked."""
        return None


class _Adapter(HTTPAdapter):
    def __init__(self, seconds: float, on_sent: Callable[[], None]) -> None:
        self._pools = _pool_classes(seconds, on_sent)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pool_classes(seconds: float, on_sent: Callable[[], None]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, seconds)

        def getresponse(self) -> HTTPResponse:  # type: ignore[override]
            on_sent()
            return super().getresponse()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, seconds)

        def getresponse(self) -> HTTPResponse:  # type: ignore[override]
            on_sent()
            return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(connection: HTTPConnection, seconds: float) -> socket.socket:
    deadline = time.monotonic() + seconds
    try:
        addresses = _resolve(connection.host, connection.port, seconds)
        return _first_that_answers(addresses, deadline, connection.socket_options or ())
    except socket.gaierror as error:
        raise Unreachable(connection, "its name cannot be resolved") from error
    except TimeoutError as error:
        raise Unreachable(connection, f"no answer within {seconds:g} s") from error
    except ConnectionRefusedError as error:
        raise Unreachable(connection, "it refuses the connection") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(connection, str(error)) from error


def _resolve(host: str, port: int | None, seconds: float) -> list[Address]:
    """Resolve in a thread: getaddrinfo cannot be told a time limit."""
    answer: list[list[Address]] = []
    failure: list[Exception] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            answer.append([(family, kind, proto, address) for family, kind, proto, _, address in found])
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = threading.Thread(target=ask, daemon=True, name="resolve")
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not answer:
        raise TimeoutError("the resolver does not answer")
    return answer[0]


def _first_that_answers(addresses: list[Address], deadline: float, options: Any) -> socket.socket:
    error: OSError = TimeoutError("no address answered")
    for index, (family, kind, proto, address) in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        sock = socket.socket(family, kind, proto)
        try:
            for option in options:
                sock.setsockopt(*option)
            # Half for all but the last, so that one dead address does not use up the time.
            sock.settimeout(left if index == len(addresses) - 1 else left / 2)
            sock.connect(address)
        except OSError as caught:
            sock.close()
            error = caught
        else:
            sock.settimeout(max(0.1, deadline - time.monotonic()))
            return sock
    raise error
