"""How the syncs are doing: for /health and the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.health import Report
from backoffice.core.tiles import Tile, list_link
from crm.models import DataSource, SyncRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = SyncRun.Status
# A source that syncs by itself (an Odoo, a folder) and was not read for so long is told of.
STALE = timedelta(days=3)
# Kinds that cron reads; a file is brought by a person, who knows when there is a new one.
READ_BY_CRON = {DataSource.Kind.ODOO, DataSource.Kind.ISAVIGNE}


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    kind: str
    # Of the last run that has ended, whatever its end; and when one last went well.
    last_status: str | None
    read_at: datetime | None

    @property
    def is_troubled(self) -> bool:
        is_stale = bool(self.read_at and self.read_at < timezone.now() - STALE)
        return self.last_status == Status.FAILED or (is_stale and self.kind in READ_BY_CRON)


def health() -> Report:
    """Whether every source's last sync went well, and lately; nothing where there is no source."""
    sources = _active()
    is_well = not any(source.is_troubled for source in sources)
    return Report(components={"syncs": is_well}) if sources else Report()


def tile(_user: User) -> Tile | None:
    """Sources to look at; nothing where none was ever read."""
    sources = _active()
    troubled = [source.name for source in sources if source.is_troubled]
    if troubled:
        text = _("%(names)s: failed, or not read for days") % {"names": ", ".join(troubled)}
        link = list_link("crm.datasource")
        return Tile(_("Syncs"), len(troubled), text, link, tone="danger", icon="sync_problem")
    read = [source.read_at for source in sources if source.read_at]
    if not read:
        return None
    at = f"{timezone.localtime(max(read)):%d/%m/%Y %H:%M}"
    text = _("none failed; the last one ended on %(at)s") % {"at": at}
    return Tile(_("Syncs"), 0, text, list_link("crm.syncrun"), tone="success", icon="sync")


def _active() -> list[_Source]:
    runs = SyncRun.objects.filter(source=OuterRef("pk")).exclude(status__in=SyncRun.OPEN)
    last = runs.order_by("-pk")
    rows = DataSource.objects.filter(is_active=True).values_list(
        "name",
        "kind",
        Subquery(last.values("status")[:1]),
        Subquery(last.filter(status=Status.DONE).values("finished_at")[:1]),
    )
    return [_Source(*row) for row in rows]
