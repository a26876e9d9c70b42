"""Django's PostgreSQL backend, with a server of its own when none is configured."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from backoffice.core.database import server

if TYPE_CHECKING:
    from psycopg import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts (or finds) the embedded server when the first connection is wanted."""

    # Per process: where each folder's server answered last.
    _hosts: dict[str, str] = {}  # noqa: RUF012 - a process-wide memory, not a default

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        folder = params.pop("embedded_dir")
        key = f"{folder}:{params['dbname']}"
        if key not in self._hosts:
            try:
                self._hosts[key] = server.ensure_running(folder, params["dbname"])
            except server.ServerError as error:
                raise OperationalError(str(error)) from error
        params["host"] = self._hosts[key]
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        connection: Connection[Any]
        try:
            connection = super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            # The server went away since we last saw it: look again, start it if need be.
            self._hosts.clear()
            connection = super().get_new_connection(self.get_connection_params())
        return connection

    def is_usable(self) -> bool:
        """Look whether the server hung up; asked at the beginning of every request.

        It sits on this machine: whoever hangs up is seen at its socket at once, so a question to
        and fro is only worth it where something has come. See Django's ``CONN_HEALTH_CHECKS``.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True
