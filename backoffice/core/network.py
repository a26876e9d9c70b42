"""Where the back office may connect to: LOCAL_ONLY, hosts of media, servers that staff name."""

from __future__ import annotations

import ipaddress
import socket
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


def check_service_address(url: str, *, plain_http: bool) -> None:
    """Accept https, and with ``plain_http`` http to this machine or network; else HostForbidden.

    For the servers that staff name themselves. Link-local addresses (where clouds keep the
    credentials of their machines) are refused in any case.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), ""
    if not host or parts.scheme not in ("https", "http"):
        sentence = _("“%(address)s” is no address of a server: write https://odoo.example.com.")
        raise HostForbidden(sentence % {"address": url[:120]}, field="url", value=url[:120])
    addresses = _addresses(host)
    if any(one.is_link_local or one.is_multicast or one.is_unspecified for one in addresses):
        sentence = _("%(host)s is no address that a server is reached at.")
        raise HostForbidden(sentence % {"host": host}, field="url", value=host)
    if parts.scheme == "https":
        return
    is_near = bool(addresses) and all(one.is_private or one.is_loopback for one in addresses)
    if not plain_http or not is_near:
        raise HostForbidden(
            _(
                "The key would travel readable to %(host)s: write https:// before it. (http://"
                " is for servers of this network, where SOURCES_PLAIN_HTTP is true.)"
            )
            % {"host": host},
            field="url",
            value=host,
        )


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Where the name leads, nowhere where nobody knows it; what is an address already is itself."""
    try:
        return [_plain(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [_plain(ipaddress.ip_address(str(one[4][0]).partition("%")[0])) for one in found]


def _plain(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IPv4 address that is dressed as IPv6, undressed."""
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
