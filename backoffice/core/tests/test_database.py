"""The embedded server under the accidents that happen to servers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
from django.db import connection

from backoffice.core.database import server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's tmp_path: a socket's path may have 107 characters only.
    with tempfile.TemporaryDirectory(prefix="pg") as root:
        yield Path(root) / "data"
        server.stop(Path(root) / "data")


def query(host: str, database: str = "backoffice") -> tuple[int] | None:
    with psycopg.connect(host=host, user="postgres", dbname=database) as connection:
        return connection.execute("SELECT 1").fetchone()


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))


def test_it_starts_once_and_makes_the_database(folder: Path):
    host = server.ensure_running(folder, "backoffice")
    first = postmaster(folder).pid

    assert server.ensure_running(folder, "backoffice") == host
    assert postmaster(folder).pid == first
    assert query(host) == (1,)


@pytest.mark.parametrize("name", ["with space and 'quote'", "long" * 30])
def test_any_path_will_do(folder: Path, name: str):
    folder = folder.parent / name / "data"

    try:
        assert query(server.ensure_running(folder, "backoffice")) == (1,)
    finally:
        server.stop(folder)


def test_many_processes_start_one_server(folder: Path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        hosts = pool.starmap(server.ensure_running, [(folder, "backoffice")] * 4)

    assert len(set(hosts)) == 1
    assert query(hosts[0]) == (1,)


def test_a_killed_server_is_started_again(folder: Path):
    server.ensure_running(folder, "backoffice")
    victim = postmaster(folder)
    victim.send_signal(signal.SIGKILL)
    psutil.wait_procs([victim], timeout=60)

    assert query(server.ensure_running(folder, "backoffice")) == (1,)


def test_a_stale_pid_file_that_names_a_stranger_is_removed(folder: Path):
    server.ensure_running(folder, "backoffice")
    lines = (folder / "postmaster.pid").read_text().splitlines()
    server.stop(folder)
    stale = [str(os.getpid()), *lines[1:]]
    (folder / "postmaster.pid").write_text("\n".join(stale) + "\n")

    assert query(server.ensure_running(folder, "backoffice")) == (1,)
    assert postmaster(folder).pid != os.getpid()


def test_an_empty_pid_file_is_removed(folder: Path):
    server.ensure_running(folder)
    server.stop(folder)
    (folder / "postmaster.pid").write_text("")

    assert query(server.ensure_running(folder, "backoffice")) == (1,)


def test_stop_if_unused_leaves_a_server_that_somebody_uses(folder: Path):
    host = server.ensure_running(folder)
    with psycopg.connect(host=host, user="postgres", dbname="postgres"):
        assert server.stop_if_unused(folder) is False

    assert server.stop_if_unused(folder) is True
    assert server.stop_if_unused(folder) is False
    assert not (folder / "postmaster.pid").exists()


def test_it_outlives_a_process_killed_in_the_middle(folder: Path):
    code = (
        "import sys, pathlib, os, signal; from backoffice.core.database import server;"
        "server.ensure_running(pathlib.Path(sys.argv[1]), 'backoffice');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)

    assert killed.returncode == -signal.SIGKILL
    assert query(server.ensure_running(folder, "backoffice")) == (1,)


def test_its_log_quotes_no_row(folder: Path):
    host = server.ensure_running(folder, "backoffice")

    with psycopg.connect(host=host, user="postgres", dbname="backoffice") as connection:
        connection.execute("CREATE TABLE person (name text, phone text NOT NULL)")
        with pytest.raises(psycopg.IntegrityError, match="Salma"):
            connection.execute("INSERT INTO person VALUES ('Salma Bennani', NULL)")

    log = (folder / "log").read_text()
    assert 'null value in column "phone"' in log
    assert "Salma" not in log


@pytest.mark.django_db
def test_vectors_are_at_hand():
    from django.db import connection  # noqa: PLC0415 - the other tests need no Django

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_whose_server_hung_up_is_found_out():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    was_usable = connection.is_usable()
    here = connection.get_connection_params()
    with psycopg.connect(host=here["host"], user=here["user"], dbname=here["dbname"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    is_usable = connection.is_usable()
    connection.close()

    assert (was_usable, is_usable, connection.is_usable()) == (True, False, False)


@pytest.mark.django_db(transaction=True)
def test_what_only_has_something_to_say_did_not_hang_up():
    with connection.cursor() as cursor:
        cursor.execute("LISTEN something")
        cursor.execute("SELECT pg_backend_pid()")
    here = connection.get_connection_params()
    with psycopg.connect(host=here["host"], user=here["user"], dbname=here["dbname"]) as other:
        other.execute("NOTIFY something")

    assert connection.is_usable()
