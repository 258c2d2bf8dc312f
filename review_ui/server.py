"""The production server: gunicorn with threads, started from Python, so that one command serves."""

import errno
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from linkage.errors import LinkageError

# Threads wait for the database most of the time. More processes gain nothing on SQLite, which has one writer.
THREADS = 8
TURN_SECONDS = 0.0005  # Python's own 0.005 makes thirty queries wait for a tenth of a second in all


class AddressError(LinkageError):
    """Nobody can listen on this address: the port is taken, or the machine has no such address."""

    code = "address"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def bind(self) -> str:
        return self.url.removeprefix("http://")


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """`app` is made before the worker starts, so that a fault in it stops the start; connections are made after."""

    def __init__(self, app: Flask, address: Address, *, workers: int, ready: Callable[[], None]) -> None:
        self.app = app
        self.options: dict[str, Any] = {
            "bind": address.bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "when_ready": lambda _: ready(),
            "control_socket_disable": True,  # nobody manages this server through a socket file
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """In the worker. A thread back from the database waits this long for one that is busy with another page, at each query."""
        sys.setswitchinterval(TURN_SECONDS)
        return self.app


def refuse_taken_port(address: Address) -> None:
    """Before anything else is done: better now than after a minute of work. Raises AddressError."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port just left is free
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise AddressError(
                    f"There is no address {address.host} on this machine.", "Leave out --host."
                ) from None
            other = address.port + 1 if address.port >= 1024 else 8000
            raise AddressError(
                f"Port {address.port} is taken.", f"Use another one: `PORT={other} make run`, or `--port {other}`."
            ) from None


def log_to_stderr(level: int) -> None:
    """Ids and outcomes only, one line an event; see the calls of `near_match.web`."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
