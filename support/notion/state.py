"""How it stands with Notion: for the page in the admin and for /health. Asks nobody outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count

from backoffice.core.health import Report
from support.models import NotionBase, NotionPage, NotionSource, NotionSync
from support.notion import asking, bases

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

_SHOWN = 10
_TROUBLED = (NotionPage.Status.FAILED, NotionPage.Status.REMOVED)


@dataclass(frozen=True, slots=True)
class BaseState:
    """One base: its setting, what the last check found, how many pages stand how."""

    base: NotionBase
    setting: str
    is_configured: bool
    url: str
    findings: list[dict[str, Any]]
    checked_at: dt.datetime | None
    counts: dict[str, int]

    @property
    def label(self) -> str:
        return str(self.base.label)


@dataclass(frozen=True, slots=True)
class State:
    has_token: bool
    is_local_only: bool
    is_checking: bool
    # What Notion sent to verify a webhook that is not set up yet.
    offered_token: str
    bases: list[BaseState]
    runs: list[NotionSync]
    troubled: list[NotionPage]

    @property
    def is_on(self) -> bool:
        return any(one.is_configured for one in self.bases)


def state() -> State:
    """Four queries, however much there is."""
    known = {row.base: row for row in NotionSource.objects.all()}
    counted: dict[str, dict[str, int]] = {}
    rows = NotionPage.objects.order_by().values_list("base", "status").annotate(Count("pk"))
    for base, status, count in rows:
        counted.setdefault(base, {})[status] = count
    troubled = NotionPage.objects.filter(status__in=_TROUBLED).select_related("ticket", "template")
    return State(
        has_token=bool(settings.NOTION_TOKEN),
        is_local_only=settings.LOCAL_ONLY,
        is_checking=any(asking.is_checking(row) for row in known.values()),
        offered_token=_offered(known.values()),
        bases=[
            _base(base, known.get(base), counted.get(base, {}))
            for base in (NotionBase.REPLIES, NotionBase.CONTACTS)
        ],
        runs=[*NotionSync.objects.all()[:_SHOWN]],
        troubled=[*troubled.order_by("-changed_at", "-pk")[:_SHOWN]],
    )


def _offered(known: Iterable[NotionSource]) -> str:
    if settings.NOTION_WEBHOOK_TOKEN:
        return ""
    return next((row.offered_token for row in known if row.offered_token), "")


def _base(base: NotionBase, row: NotionSource | None, counts: dict[str, int]) -> BaseState:
    return BaseState(
        base=base,
        setting=bases.SETTINGS[base],
        is_configured=bases.configured(base),
        url=row.url if row and row.url.startswith("https://") else "",
        findings=row.findings if row else [],
        checked_at=row.checked_at if row else None,
        counts=counts,
    )


def health_report() -> Report:
    """Whether the last looks into the bases came to an end; nothing where Notion is not set up."""
    if not any(bases.configured(base) for base in NotionBase):
        return Report()
    last = NotionSync.objects.order_by("base", "-pk").distinct("base")
    return Report(components={"notion": all(row.ended_at for row in last)})
