"""What a source's page shows: its tables, the last syncs, what is to be done next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Sum
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from crm.admin.runs import COLOURS
from crm.admin.sources.styles import Settings, settings_of
from crm.mapping import versions
from crm.mapping.context import Context
from crm.models import (
    Anomaly,
    DataSource,
    FieldMapping,
    SourceTable,
    StagedRow,
    SyncRun,
    TableRun,
)
from crm.sources import arranging, secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.canonical import CanonicalField
    from crm.mapping.versions import Coverage
    from crm.models import SourceFile

Status = FieldMapping.Status
RUNS_SHOWN = 8
COUNTS = ("read", "created", "updated", "unchanged", "rejected", "left_out")


@dataclass(slots=True)
class FileCard:
    file: SourceFile
    settings: Settings
    # Columns of ours that the file may be joined by.
    ours: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TableCard:
    table: SourceTable
    files: list[FileCard]
    columns: list[str]
    active: FieldMapping | None
    draft: FieldMapping | None
    coverage: Coverage | None
    waiting: int
    anomalies: dict[str, int]
    data_score: int | None
    quarantine_url: str
    anomalies_url: str

    @property
    def mapping(self) -> FieldMapping | None:
        """The one to look at: a draft that is being worked on, else the active one."""
        return self.draft or self.active

    @property
    def missing(self) -> Sequence[CanonicalField]:
        """Required fields that no column gives."""
        return self.coverage.missing_required if self.coverage else ()

    @property
    def needs(self) -> str:
        """The next thing to do for this table; empty where nothing is missing."""
        if not self.files and self.table.source.kind == DataSource.Kind.FILES:
            return "file"
        if self.active is None:
            return "activate" if self.draft else "map"
        return ""


def cards(source: DataSource) -> list[TableCard]:
    """A card for each table; the number of queries does not grow with the tables."""
    mappings = FieldMapping.objects.filter(status__in=[Status.ACTIVE, Status.DRAFT])
    tables = source.tables.prefetch_related(
        "files",
        Prefetch("mappings", mappings.prefetch_related("rules"), to_attr="usable"),
    )
    rows = list(tables)
    waiting = dict(
        StagedRow.objects.filter(table__in=rows, state=StagedRow.State.WAITING)
        .values_list("table")
        .annotate(count=Count("pk"))
        .order_by()
    )
    anomalies: dict[int, dict[str, int]] = defaultdict(dict)
    for table, severity, count in (
        Anomaly.objects.filter(table__in=rows, state=Anomaly.State.OPEN)
        .values_list("table", "severity")
        .annotate(count=Count("pk"))
        .order_by()
    ):
        anomalies[table][severity] = count
    scores = dict(
        TableRun.objects.filter(table__in=rows, data_score__isnull=False)
        .order_by("table_id", "-pk")
        .distinct("table_id")
        .values_list("table_id", "data_score")
    )
    return [
        _card(source, table, waiting.get(table.pk, 0), anomalies[table.pk], scores.get(table.pk))
        for table in rows
    ]


def _card(
    source: DataSource,
    table: SourceTable,
    waiting: int,
    anomalies: dict[str, int],
    data_score: int | None,
) -> TableCard:
    # What hangs on the table knows its source without asking again.
    table.source = source
    usable: list[FieldMapping] = table.usable  # type: ignore[attr-defined]
    active = next((one for one in usable if one.status == Status.ACTIVE), None)
    drafts = [one for one in usable if one.status == Status.DRAFT]
    newer = [one for one in drafts if active is None or one.version > active.version]
    draft = max(newer, key=lambda one: one.version, default=None)
    columns = arranging.columns_of(table)
    shown = draft or active
    if shown is not None:
        shown.table = table
    return TableCard(
        table=table,
        files=[_file(table, one) for one in table.files.all()],
        columns=columns,
        active=active,
        draft=draft,
        coverage=_coverage(shown, columns) if shown else None,
        waiting=waiting,
        anomalies={str(one.label): anomalies[one] for one in Anomaly.Severity if one in anomalies},
        data_score=data_score,
        quarantine_url=list_of("stagedrow", table, "state__exact=waiting"),
        anomalies_url=list_of("anomaly", table, "state__exact=open"),
    )


def _coverage(mapping: FieldMapping, columns: Sequence[str]) -> Coverage:
    """By the files' headings; where only the source itself knows them, by what the rules name."""
    rules = versions.rules_of(mapping)
    named = [column for rule in rules for column in rule.columns]
    return versions.coverage_of(mapping.table.entity, rules, columns or named, Context())


def _file(table: SourceTable, file: SourceFile) -> FileCard:
    ours = arranging.columns_of(table, before=file.position) if file.position else []
    return FileCard(file, settings_of(file), ours)


def next_step(source: DataSource, shown: Sequence[TableCard]) -> str:
    """The one thing that is to be done next, as a word that the page has a sentence for."""
    used = [card for card in shown if card.table.is_active]
    if not source.is_active:
        return "switch_on"
    if source.kind == DataSource.Kind.ODOO and not secrets.has_key(source):
        return "key"
    if used and _belong_together(source, used):
        return "join"
    needs = {card.needs for card in used} - {""} if used else {"files"}
    if source.kind == DataSource.Kind.ODOO and needs == {"map"}:
        # Its first sync brings the mappings along.
        return "first_sync"
    if needs:
        return min(needs)
    return "" if source.runs.exists() else "sync"


def _belong_together(source: DataSource, used: Sequence[TableCard]) -> bool:
    """Files of which one says too little by itself: a table of links between two others."""
    is_alone = [card.active is None and bool(card.missing) for card in used]
    return source.kind == DataSource.Kind.FILES and len(used) > 1 and any(is_alone)


def runs(source: DataSource) -> list[SyncRun]:
    """The last syncs with the sums of their tables."""
    sums: dict[str, Any] = {name: Sum(f"table_runs__{name}") for name in COUNTS}
    rows = source.runs.select_related("requested_by").annotate(
        **{f"sum_{name}": one for name, one in sums.items()}
    )
    found = list(rows.order_by("-pk")[:RUNS_SHOWN])
    for run in found:
        run.url = _address("admin:crm_syncrun_change", run.pk)  # type: ignore[attr-defined]
        run.tone = COLOURS[SyncRun.Status(run.status)]  # type: ignore[attr-defined]
    return found


def progress(source: DataSource) -> dict[str, Any] | None:
    """The run that is under way, table by table; None where there is none."""
    run = source.runs.filter(status__in=SyncRun.OPEN).prefetch_related("table_runs__table").first()
    if run is None:
        return None
    tables = list(run.table_runs.all())
    read = sum(one.read for one in tables)
    share = min(round(100 * read / run.expected), 99) if run.expected else None
    since = timezone.now() - (run.started_at or run.requested_at)
    return {
        "run": run,
        "tables": tables,
        "any_left_out": any(one.left_out for one in tables),
        "read": read,
        "percent": share,
        "seconds": int(since.total_seconds()),
        "url": _address("admin:crm_syncrun_change", run.pk),
    }


def key(source: DataSource) -> dict[str, Any]:
    """Whether a key is kept and until when; never what it is."""
    ends = source.secret_expires_on
    left = (ends - timezone.localdate()).days if ends else None
    return {"is_set": secrets.has_key(source), "ends": ends, "left": left}


def list_of(model: str, table: SourceTable, query: str) -> str:
    page = _address(f"admin:crm_{model}_changelist")
    return f"{page}?table__id__exact={table.pk}&{query}" if page else ""


def _address(name: str, *arguments: object) -> str:
    """Another page's address; empty where there is no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
