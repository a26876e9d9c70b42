"""A real IMAP server (pymap) on loopback for tests."""

from __future__ import annotations

import contextlib
import imaplib
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from imap_tools.utils import encode_folder

if TYPE_CHECKING:
    from datetime import datetime

USER, PASSWORD = "desk@kraft-atlas.example", "open sesame"
START_SECONDS = 60


class ImapServer:
    """One mailbox in memory, reachable while the ``with`` block lasts.

    with ImapServer() as server:
        server.create("Orders")
        server.append("Orders", raw)
    """

    def __init__(self, certificate: Path | None = None) -> None:
        """With a ``certificate`` (PEM, key included) sign-in is allowed after STARTTLS only."""
        self._certificate = certificate

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        pem = str(self._certificate)
        tls = ["--cert", pem, "--key", pem] if self._certificate else ["--no-tls"]
        command = [
            *(str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1"),
            *("--port", str(self.port), *tls, "dict"),
            *("--demo-user", USER, "--demo-password", PASSWORD),
        ]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet)  # noqa: S603 - ours
        self._wait_until_ready()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._client.logout()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(START_SECONDS)

    def account(self, folder: str) -> dict[str, object]:
        """What ``settings.MAILBOXES`` says of this mailbox."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "password": PASSWORD,
            "folder": folder,
            "security": "starttls" if self._certificate else "none",
            "timeout": 10,
        }

    def create(self, folder: str) -> None:
        self._client.create(_wire(folder))

    def delete(self, folder: str) -> None:
        self._client.delete(_wire(folder))

    def append(self, folder: str, *mails: bytes, at: datetime | None = None) -> None:
        for mail in mails:
            self._client.append(_wire(folder), "", at, mail)

    def move(self, source: str, number: int, target: str) -> None:
        """Move the mail with sequence ``number`` to another folder."""
        self._client.select(_wire(source))
        self._client.copy(str(number), _wire(target))
        self._client.store(str(number), "+FLAGS", "\\Deleted")
        self._client.expunge()
        self._client.close()

    def first_uid(self, folder: str) -> int:
        self._client.select(_wire(folder), readonly=True)
        found = self._client.uid("SEARCH", "ALL")[1][0]
        self._client.close()
        return int(found.split()[0])

    def flags(self, folder: str) -> list[bytes]:
        self._client.select(_wire(folder), readonly=True)
        lines = self._client.fetch("1:*", "(FLAGS)")[1]
        self._client.close()
        return [line for line in lines if isinstance(line, bytes)]

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                # Kept open: the server takes its time over a password.
                self._client = imaplib.IMAP4("127.0.0.1", self.port, timeout=60)
                if self._certificate:
                    self._client.starttls(ssl.create_default_context(cafile=self._certificate))
                self._client.login(USER, PASSWORD)
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the IMAP server of the tests did not start")


def _wire(folder: str) -> str:
    """A folder's name in IMAP's own UTF-7."""
    return str(encode_folder(folder), "ascii")
