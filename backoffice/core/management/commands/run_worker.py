"""The background worker: a supervised cluster of django-q2."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from backoffice.core.jobs import cluster, heartbeat
from backoffice.core.jobs.schedules import ensure_schedules
from backoffice.core.jobs.supervisor import Supervisor

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Runs the background jobs, and starts the worker again when it ends or hangs."
    # They take as long as all the rest of the start; deployments run `check`.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        silence = heartbeat.longest_silence().total_seconds()
        parser.add_argument(
            "--longest-silence",
            type=float,
            default=silence,
            metavar="SECONDS",
            help=f"restart a worker that finished nothing for so long (default: {silence:g})",
        )
        parser.add_argument(
            "--wait-for-database",
            type=float,
            default=60,
            metavar="SECONDS",
            help="how long to wait for it at the start (default: 60)",
        )

    def handle(self, **options: Any) -> None:
        self._await_database(options["wait_for_database"])
        ensure_schedules()
        Supervisor(
            longest_silence=options["longest_silence"],
            stop_within=cluster.stop_seconds() + 5,
        ).run()

    def _await_database(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        told = False
        while problem := _problem_with_database():
            if time.monotonic() > deadline:
                raise CommandError(f"The database did not answer for {seconds:g} s: {problem}")
            if not told:
                self.stderr.write(f"Waiting for the database: {problem}")
                told = True
            time.sleep(1)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date: run manage.py migrate first.")
        connection.close()


def _problem_with_database() -> str:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""
