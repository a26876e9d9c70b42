"""Messages from a spreadsheet: what a file would do, and doing it; again it does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Channel, InboundMessage
from support.incoming import intake
from support.sheets import message_rows
from support.sheets.message_rows import Planned, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "import"
BATCH = 500
# What a person looks through; the counts are of all.
MESSAGES_SHOWN = 30
ERRORS_KEPT = 200
# Advisory lock held while a batch is taken in.
_TAKING_IN = int.from_bytes(b"supsheet")


@dataclass(slots=True)
class Report:
    """``new`` and ``known`` messages, and the first of the rows that are left out."""

    rows: int = 0
    new: int = 0
    known: int = 0
    wrong: int = 0
    errors: list[RowError] = field(default_factory=list)
    messages: list[Planned] = field(default_factory=list)


def preview(data: bytes, *, filename: str, most: int | None = None) -> Report:
    """What loading the file would do; writes nothing.

    ``DomainError`` where the file itself cannot be used, or has more than ``most`` rows.
    """
    report = Report()
    for batch in _in_batches(_counted(data, filename, report, most)):
        keys, known = {_key(one) for one in batch}, _known(batch)
        # A row that stands twice in a batch is one message.
        report.new += len(keys - known)
        report.known += len(batch) - len(keys - known)
        fresh = [one for one in batch if _key(one) not in known]
        report.messages += fresh[: MESSAGES_SHOWN - len(report.messages)]
    return report


def load(data: bytes, *, filename: str, most: int | None = None) -> Report:
    """Take in every message of the file that is not known yet; the worker reads them.

    A batch in a transaction, to wait for the disk once: what was taken in stays, and the same
    file goes on from there.
    """
    report = Report()
    for batch in _in_batches(_counted(data, filename, report, most)):
        known = _known(batch)
        with transaction.atomic():
            _wait_for_others()
            for one in batch:
                is_new = _key(one) not in known and _take_in(one)
                report.new += is_new
                report.known += not is_new
    return report


def _wait_for_others() -> None:
    """Two files with the same messages in another order must not wait for each other's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TAKING_IN])


def _take_in(one: Planned) -> bool:
    _message, is_new = intake.submit(**one.given, sent_at=one.sent_at, source=SOURCE)
    return is_new


def _known(batch: list[Planned]) -> set[str]:
    keys = {_key(one) for one in batch}
    found = InboundMessage.objects.filter(channel=Channel.API, external_id__in=keys)
    return set(found.values_list("external_id", flat=True))


def _counted(data: bytes, filename: str, report: Report, most: int | None) -> Iterator[Planned]:
    """The good rows; the bad ones go to the report."""
    for found in message_rows.read(data, filename=filename):
        report.rows += 1
        if most is not None and report.rows > most:
            sentence = _(
                "The file has more than %(limit)d rows: use manage.py support import FILE, or"
                " several files."
            )
            raise DomainError(sentence % {"limit": most}, code="too_many_rows")
        if isinstance(found, Planned):
            yield found
            continue
        report.wrong += 1
        if len(report.errors) < ERRORS_KEPT:
            report.errors.append(found)


def _key(one: Planned) -> str:
    return f"{SOURCE}:{one.given['external_id']}"


def _in_batches(messages: Iterator[Planned]) -> Iterator[list[Planned]]:
    while batch := list(islice(messages, BATCH)):
        yield batch
