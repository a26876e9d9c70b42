"""One line of a file of listings: {"id", "text"} and, where given, facts, sender and date."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from backoffice.messaging.cleaning import storable
from listings.loading import values

_TEXTS = ("text", "message", "body", "description", "content")
_IDS = ("id", "external_id", "listing_id", "message_id")
_SENDERS = ("sender", "from", "phone", "sender_phone", "seller", "trader", "author")
_DATES = ("date", "sent_at", "timestamp", "offered_at", "created_at", "posted_at", "time")
_ITEMS = ("items", "watches", "listings")
_LONGEST_ID = 190  # "#12" goes behind it
_LONGEST_TEXT = 20_000
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Line:
    """``items``: the facts of each watch where the line lists them; None: to be read in the text.

    ``facts``: those the line itself states. ``sender`` as written; ``at`` None where not said.
    """

    id: str
    id_is_number: bool
    text: str
    items: tuple[dict[str, Any], ...] | None
    facts: dict[str, Any]
    sender: str
    at: dt.datetime | None


def external_id(line_id: str, number: int) -> str:
    """The id of the watch with this number (from 0) of a line: "a", "a#2", "a#3" ..."""
    own = re.sub(r"#(\d+)$", r"##\1", line_id)  # a line that is called "a#2" itself
    return own if number == 0 else f"{own}#{number + 1}"


def line_of(external_id: str) -> str:
    """The line that a watch is of, as the file calls it."""
    further = re.fullmatch(r"(.*[^#])#\d+", external_id, re.DOTALL)
    return re.sub(r"##(\d+)$", r"#\1", further[1] if further else external_id)


def read(line: bytes) -> Line:
    """Read a line. Raises ``ValueError`` with a sentence where it is no listing."""
    row = _object(line)
    key = _first(row, _IDS)
    if isinstance(key, bool) or not isinstance(key, str | int) or not str(key).strip():
        raise ValueError(_('there is no id under "id".'))
    name = storable(str(key)).strip()
    if len(name) > _LONGEST_ID:
        told = _("the id is longer than %(most)s characters.") % {"most": _LONGEST_ID}
        raise ValueError(told)
    text = _first(row, _TEXTS)
    items = _items(_first(row, _ITEMS))
    facts = values.facts_of(row)
    if not isinstance(text, str) or not text.strip():
        if not items and not facts:
            raise ValueError(_('there is neither a text under "text" nor a fact.'))
        text = ""
    return Line(
        id=name,
        id_is_number=isinstance(key, int),
        text=storable(text, _LONGEST_TEXT),
        items=items,
        facts=facts,
        sender=_sender(_first(row, _SENDERS)),
        at=_moment(_first(row, _DATES)),
    )


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(_("this is not UTF-8 text. Save the file as UTF-8.")) from None
    except (ValueError, RecursionError):
        raise ValueError(_("this is not JSON. Write one JSON object per line.")) from None
    if not isinstance(row, dict):
        raise ValueError(_('this is no JSON object. Write {"id": ..., "text": ...}.'))  # noqa: TRY004 - one kind of error for all bad lines
    return row


def _first(row: dict[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever a file says
    return next((row[name] for name in names if row.get(name) is not None), None)


def _items(given: object) -> tuple[dict[str, Any], ...] | None:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return None
    return tuple(values.facts_of(one) for one in given)


def _sender(given: object) -> str:
    if isinstance(given, dict):
        given = _first(given, ("phone", "wa_id", "number", "id", "name"))
    return storable(str(given)).strip()[:160] if isinstance(given, str | int) else ""


def _moment(given: object) -> dt.datetime | None:
    """A day, a moment or seconds since 1970; None where it is none of them."""
    try:
        if isinstance(given, int | float) or (isinstance(given, str) and given.isdigit()):
            moment: dt.datetime | None = dt.datetime.fromtimestamp(float(given), dt.UTC)
        else:
            moment = parse_datetime(str(given)) or _noon(str(given))
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None or moment.year not in _YEARS:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _noon(text: str) -> dt.datetime | None:
    day = parse_date(text)
    return dt.datetime.combine(day, dt.time(12)) if day else None
