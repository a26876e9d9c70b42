"""What Notion's refusals mean: a sentence for staff, and whether asking again helps."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_FOUND = "object_not_found"
UNKNOWN_PROPERTY = "unknown_property"
# Notion's own: "overloaded", beside the ones that HTTP knows.
OVERLOADED = 529
_NOT_DONE = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, OVERLOADED)
_LATER = (
    *_NOT_DONE,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


def from_answer(
    status: int, code: str, message: str, headers: Mapping[str, str], *, creates: bool
) -> ServiceError:
    """The failure that an HTTP answer stands for.

    A server's failure after a request that ``creates`` something is doubtful, except where
    Notion says that it did nothing.
    """
    if status == HTTPStatus.UNAUTHORIZED:
        return _settings(
            _("Notion refuses the token: copy the integration's secret anew into NOTION_TOKEN."),
            code,
        )
    if status == HTTPStatus.FORBIDDEN:
        return _settings(
            _(
                "The Notion integration may not do this: give it the capabilities to read, insert"
                " and update content, on its page at notion.so/my-integrations."
            ),
            code,
        )
    if status == HTTPStatus.NOT_FOUND:
        return ServiceError(not_shared(_("this page")), permanent=True, code=NOT_FOUND)
    if status in _LATER:
        return ServiceError(
            _busy(status),
            doubtful=creates and status not in _NOT_DONE,
            code=code or str(status),
            retry_after=_retry_after(headers),
        )
    unknown = status == HTTPStatus.BAD_REQUEST and "is not a property that exists" in message
    return ServiceError(
        _("Notion refuses the request (%(status)s): %(words)s")
        % {"status": status, "words": message[:300]},
        permanent=True,
        code=UNKNOWN_PROPERTY if unknown else code or str(status),
    )


def not_shared(what: str) -> str:
    return _(
        "Notion does not show us %(what)s: open it in Notion, then “…”, Connections, and add the"
        " integration. Or the id in the settings is not the right one."
    ) % {"what": what}


def cannot_be_read(*, doubtful: bool) -> ServiceError:
    return ServiceError(_("Notion's answer cannot be read."), doubtful=doubtful, code="unreadable")


def unreachable(*, doubtful: bool) -> ServiceError:
    return ServiceError(
        _("Notion cannot be reached or did not answer in time."),
        doubtful=doubtful,
        code="connection",
    )


def _settings(sentence: str, code: str) -> NotConfigured:
    refusal = NotConfigured(sentence)
    refusal.code = code
    return refusal


def _busy(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _("Notion asks for a pause: too many requests.")
    if status == HTTPStatus.CONFLICT:
        return _("Notion was saving another change to the same page.")
    if status == OVERLOADED:
        return _("Notion is overloaded.")
    return _("Notion has a failure of its own (%(status)s).") % {"status": status}


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Seconds or a date, as HTTP allows."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return dt.timedelta(seconds=min(int(value), 24 * 3600))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(moment - timezone.now(), dt.timedelta(0))
