"""Where the back office may connect to: LOCAL_ONLY, and the hosts media may come from."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable


class OutgoingForbidden(DomainError):
    """LOCAL_ONLY is on, and the address is not a configured mail server's."""

    code = "local_only"


class HostForbidden(DomainError):
    """The address is not one that may be fetched from."""

    code = "host_forbidden"


def ensure_outgoing_allowed(url: str) -> None:
    """Call before talking to an outside service; mail servers do not need to.

    Raises :class:`OutgoingForbidden` under LOCAL_ONLY, for loopback addresses
    too: what stands there may be a tunnel to the outside.
    """
    if settings.LOCAL_ONLY:
        raise OutgoingForbidden(
            _(
                "LOCAL_ONLY is on, so nothing is sent to %(host)s."
                " Set LOCAL_ONLY=false to use this service."
            )
            % {"host": urlsplit(url).hostname or "?"},
            field="LOCAL_ONLY",
        )


def check_host(url: str, allowed_hosts: Iterable[str]) -> None:
    """Accept https addresses of exactly these hosts, on the usual port; else HostForbidden.

    An entry that is itself an ``http://`` address of this machine
    ("http://127.0.0.1:8125") allows plain http to that host and port, and
    nothing else does. Check every redirect again before following it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    host = (parts.hostname or "").rstrip(".")
    plain_user = parts.username is None and parts.password is None
    for allowed in allowed_hosts:
        if "://" in allowed:
            local = urlsplit(allowed)
            same = (parts.scheme, host, port) == ("http", local.hostname, local.port)
            if same and plain_user and _is_loopback(host):
                return
        elif (
            parts.scheme == "https"
            and plain_user
            and port in (None, 443)
            and host == allowed.lower()
        ):
            return
    raise HostForbidden(
        _(
            "%(host)s is not on the list of hosts to fetch from, or the address is not a plain"
            " https one."
        )
        % {"host": host or "?"},
        field="url",
        value=host,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
