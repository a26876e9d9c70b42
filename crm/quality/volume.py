"""Less than usual: rows of a table, amounts of a week or a month."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from crm.models import DataSource, Entity, SyncRun, TableRun
from crm.quality.anomalies import Beside

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

# A table of fewer rows may change a lot by itself.
LEAST_ROWS = 50
# Earlier syncs that say what is usual; below this share of their median it is a drop.
LOOKED_AT, SHARE_OF_ROWS = 5, 0.5
# Periods before the last one, how many of them at least, and the lines each must have had: the
# figures of a small shop jump from week to week.
PERIODS = {"month": (12, 6, 10), "week": (12, 8, 30)}
SHARE_OF_AMOUNT = 0.3
_AMOUNTS = """
    SELECT date_trunc(%(period)s, sold_on)::date AS start, sum(coalesce(amount, 0)), count(*)
    FROM crm_sale
    WHERE source = %(source)s
      AND sold_on >= date_trunc(%(period)s, %(last)s::date) - interval '14 months'
      AND sold_on < date_trunc(%(period)s, %(last)s::date)
    GROUP BY 1 ORDER BY 1
"""


def find(run: SyncRun, table_run: TableRun) -> list[Beside]:
    """What fell, if anything: at most one of rows, one of months and one of weeks."""
    found = [_rows(run, table_run)]
    if table_run.table.entity == Entity.SALE:
        found += [_amount(table_run, "month"), _amount(table_run, "week")]
    return [one for one in found if one is not None]


def is_whole(run: SyncRun) -> bool:
    """Whether the run reads all that the source has, not only what changed."""
    if run.kind == SyncRun.Kind.MENDED:
        return False
    return run.kind == SyncRun.Kind.FULL or run.source.kind != DataSource.Kind.ODOO


def _rows(run: SyncRun, table_run: TableRun) -> Beside | None:
    if not is_whole(run):
        return None
    earlier = TableRun.objects.filter(
        table=table_run.table_id, status=TableRun.Status.DONE, pk__lt=table_run.pk
    ).exclude(run__kind=SyncRun.Kind.MENDED)
    if run.source.kind == DataSource.Kind.ODOO:
        earlier = earlier.filter(run__kind=SyncRun.Kind.FULL)
    reads = list(earlier.order_by("-pk").values_list("read", flat=True)[:LOOKED_AT])
    usual = median(reads) if reads else 0
    if usual < LEAST_ROWS or table_run.read >= usual * SHARE_OF_ROWS:
        return None
    sentence = _(
        "Rows read: “%(value)s”, usually about %(usual)s. Check that the export is complete."
    )
    words = {"value": table_run.read, "usual": round(usual)}
    return Beside("volume_drop", "", sentence % words, value=str(table_run.read))


def _amount(table_run: TableRun, period: str) -> Beside | None:
    """The last whole period beside those before it.

    Of a business with seasons the lower of their median and the same period a year ago is usual.
    """
    back, least, lines = PERIODS[period]
    history = _history(table_run, period)
    if len(history) <= least:
        return None
    start, amount, _count = history[-1]
    before = history[-1 - back : -1]
    if len(before) < least or median(count for _start, _amount, count in before) < lines:
        return None
    usual = median(amount for _start, amount, _count in before)
    last_year = [
        amount
        for day, amount, _count in history[:-1]
        if 355 <= (start - day).days <= 375  # noqa: PLR2004 - a year, give or take
    ]
    usual = min([usual, *last_year[:1]])
    if usual <= 0 or amount >= usual * SHARE_OF_AMOUNT:
        return None
    sentence = {
        "month": _(
            "Sales of the month of %(day)s: “%(value)s”, usually about %(usual)s. Check that the"
            " export is complete."
        ),
        "week": _(
            "Sales of the week of %(day)s: “%(value)s”, usually about %(usual)s. Check that the"
            " export is complete."
        ),
    }[period]
    words = {
        "day": date_format(start, "SHORT_DATE_FORMAT"),
        "value": number_format(round(amount), force_grouping=True),
        "usual": number_format(round(usual), force_grouping=True),
    }
    return Beside("volume_drop", "amount", sentence % words, value=f"{period} {start}")


def _history(table_run: TableRun, period: str) -> Sequence[tuple[dt.date, float, int]]:
    """Amount and lines of each whole period, those without any too."""
    source = table_run.table.source
    with connection.cursor() as cursor:
        last: dt.date = timezone.localdate()
        if source.kind != DataSource.Kind.ODOO:
            # A file ends where it was exported, not today.
            cursor.execute("SELECT max(sold_on) FROM crm_sale WHERE source = %s", [source.slug])
            newest = cursor.fetchone()[0]
            last = min(last, newest) if newest else last
        values: dict[str, str | dt.date] = {"period": period, "source": source.slug, "last": last}
        cursor.execute(_AMOUNTS, values)
        found = {start: (float(amount), count) for start, amount, count in cursor.fetchall()}
        if not found:
            return []
        cursor.execute(
            "SELECT generate_series(%(first)s::date, date_trunc(%(period)s, %(last)s::date)"
            " - ('1 ' || %(period)s)::interval, ('1 ' || %(period)s)::interval)::date",
            {"first": min(found), **values},
        )
        return [(day, *found.get(day, (0.0, 0))) for (day,) in cursor.fetchall()]
