"""Giving validated orders to the ERP: what is ready, what lacks something, and the file."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from orders.erp import files
from orders.models import ErpExport, ErpExportedOrder, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

BATCH = 500
# Incomplete orders that a page or a message lists; the rest is counted.
SHOWN = 100
# Orders that a page looks through, in less than a second: it is no place to wait for 100,000.
LOOKED_AT = 2000
# Two exports at once would give the ERP the same orders twice.
_EXPORTING = int.from_bytes(b"ordererp")


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An order the ERP cannot be given, and what it lacks, in words."""

    order: Order
    gaps: tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """How many orders are ready, how many are not, and the first of those.

    ``is_partial``: there are more than were looked at.
    """

    ready: int = 0
    lacking: int = 0
    is_partial: bool = False
    incomplete: list[Incomplete] = field(default_factory=list)

    def add(self, order: Order, gaps: tuple[str, ...]) -> None:
        if not gaps:
            self.ready += 1
            return
        self.lacking += 1
        if len(self.incomplete) < SHOWN:
            self.incomplete.append(Incomplete(order, gaps))


def candidates(chosen: QuerySet[Order] | None = None, *, again: bool = False) -> QuerySet[Order]:
    """Validated orders that the ERP was not given yet; with ``again`` those it was given too.

    Of ``chosen`` where it is given, else of all.

    Earlier orders that were loaded as history come from there: they never go back.
    """
    orders = Order.objects.filter(status=Order.Status.VALIDATED)
    orders = orders.exclude(method=Order.Method.IMPORT)
    if chosen is not None:
        orders = orders.filter(pk__in=chosen.order_by().values("pk"))
    if not again:
        orders = orders.filter(erp_exported__isnull=True)
    related = orders.select_related("customer", "decided_by", "erp_exported")
    return related.prefetch_related(
        "customer__identities", "lines__product__erp", "lines__erp"
    ).order_by("pk")


def survey(orders: QuerySet[Order], *, most: int = LOOKED_AT) -> Survey:
    """What an export of ``orders`` (:func:`candidates`) would find; writes nothing.

    Only the oldest ``most`` of them are looked at.
    """
    found = Survey()
    for number, order in enumerate(orders[: most + 1].iterator(chunk_size=BATCH)):
        if number == most:
            found.is_partial = True
            break
        found.add(order, gaps_of(order))
    return found


def gaps_of(order: Order) -> tuple[str, ...]:
    """What the ERP would miss of ``order``, a sentence each."""
    gaps = []
    if not files.customer_code(order):
        gaps.append(_("The customer has no code of the ERP, or more than one."))
    if lost := files.unwritable(order):
        sentence = _(
            "“%(words)s” cannot be written in %(encoding)s: write it in Latin letters, or set"
            " ERP_ENCODING to utf-8."
        )
        gaps.append(sentence % {"words": "”, “".join(lost), "encoding": settings.ERP_ENCODING})
    lines = files.lines_of(order)
    if not lines:
        gaps.append(_("The order has no line."))
    for number, (_line, facts) in enumerate(lines, start=1):
        if facts.gaps:
            words = {"line": number, "gaps": ", ".join(facts.gaps)}
            gaps.append(_("Line %(line)d lacks %(gaps)s.") % words)
    return tuple(gaps)


def export(
    *,
    by: User | None,
    orders: QuerySet[Order] | None = None,
    again: bool = False,
    only_complete: bool = False,
) -> ErpExport:
    """Write the file of all :func:`candidates`, keep it, and mark its orders as given.

    ``DomainError`` where there is nothing to give, where another export is under way, and where
    an order lacks something, unless ``only_complete`` leaves such orders for the next time. All
    or nothing: without the file no order is marked.
    """
    with transaction.atomic(), tempfile.TemporaryFile() as file:
        _refuse_another()
        batch = ErpExport.objects.create(created_by=by)
        found = _write(file, candidates(orders, again=again), batch)
        if found.lacking and not only_complete:
            raise _incomplete(found)
        if not found.ready:
            raise DomainError(
                _("There is no validated order that the ERP was not given yet.")
                if not found.lacking
                else _("None of these orders is complete: the file would be empty."),
                code="nothing_to_export",
            )
        batch.orders = found.ready
        _keep(file, batch)
    return batch


def _refuse_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_EXPORTING])
        if not cursor.fetchone()[0]:
            error = DomainError(
                _("Another export to the ERP is under way: wait for its file."), code="exporting"
            )
            error.conflict = True
            raise error


def _write(file: IO[bytes], orders: QuerySet[Order], batch: ErpExport) -> Survey:
    """One pass over the orders, of which a batch is held: written, marked, or found lacking."""
    found = Survey()
    file.write(files.heading())
    for chunk in _chunks(orders):
        marks = []
        for order in chunk:
            gaps = gaps_of(order)
            found.add(order, gaps)
            if gaps:
                continue
            rows = list(files.rows_of(order, files.lines_of(order)))
            file.write(files.encode(rows))
            batch.lines += len(rows)
            marks.append(ErpExportedOrder(order=order, export=batch))
        ErpExportedOrder.objects.bulk_create(
            marks, update_conflicts=True, unique_fields=["order"], update_fields=["export"]
        )
    return found


def _chunks(orders: QuerySet[Order]) -> Iterator[list[Order]]:
    chunk: list[Order] = []
    for order in orders.iterator(chunk_size=BATCH):
        chunk.append(order)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    yield chunk


def _keep(file: IO[bytes], batch: ErpExport) -> None:
    file.seek(0)
    batch.sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    day = timezone.localdate().strftime("%Y%m%d")
    batch.path = default_storage.save(f"erp/commandes-{day}-{batch.pk:05d}.csv", File(file))
    batch.save(update_fields=["orders", "lines", "sha256", "path"])


def _incomplete(found: Survey) -> DomainError:
    first = found.incomplete[0]
    sentence = ngettext(
        "%(count)d order lacks something for the ERP: %(number)s: %(gaps)s",
        "%(count)d orders lack something for the ERP; the first is %(number)s: %(gaps)s",
        found.lacking,
    )
    words = {"count": found.lacking, "number": first.order.number, "gaps": " ".join(first.gaps)}
    return DomainError(sentence % words, code="incomplete", value=found.lacking)
