"""How an outside service can fail."""

from __future__ import annotations

from datetime import timedelta  # noqa: TC003 - part of the public signature


class ServiceError(Exception):
    """A service did not do what was asked.

    ``permanent``: asking again will not help. ``doubtful``: it may have been
    done all the same (a time-out after sending). ``retry_after``: how long the
    service asked us to wait. ``code`` is the service's own.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        doubtful: bool = False,
        code: str = "",
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.doubtful = doubtful
        self.code = code
        self.retry_after = retry_after


class NotConfigured(ServiceError):
    """The credentials of the service are missing; the message names the settings."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False, code="not_configured")
