"""What the API gives of sources. Their keys are never among it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Schema
from pydantic import BaseModel

from crm.models import FieldMapping
from crm.sources import expiry, secrets

if TYPE_CHECKING:
    from crm.models import DataSource, SourceFile, SourceTable, SyncRun


class FileOut(Schema):
    """``style`` is how the file is read: what was detected, and what a person chose instead."""

    id: int
    position: int
    filename: str
    size: int
    columns: list[str]
    style: dict[str, Any]
    join_from: str
    join_to: str
    uploaded_at: dt.datetime

    @staticmethod
    def resolve_style(file: SourceFile) -> dict[str, Any]:
        return {**file.detected, **file.chosen}


class TableOut(Schema):
    """``active_mapping`` is the id of the mapping at work, if any."""

    id: int
    name: str
    entity: str
    is_active: bool
    position: int
    active_mapping: int | None
    files: list[FileOut]

    @staticmethod
    def resolve_active_mapping(table: SourceTable) -> int | None:
        active = FieldMapping.Status.ACTIVE
        return next((one.pk for one in table.mappings.all() if one.status == active), None)

    @staticmethod
    def resolve_files(table: SourceTable) -> list[SourceFile]:
        return list(table.files.all())


class SourceOut(Schema):
    """``key`` says where the key comes from: "typed", "environment" or "none"; never the key."""

    id: int
    name: str
    slug: str
    kind: str
    is_active: bool
    match_by: str
    country: str
    currency: str
    url: str
    database: str
    login: str
    folder: str
    version: str
    key: str
    key_is_there: bool
    secret_variable: str
    key_expires_on: dt.date | None
    key_warning: str
    tables: list[TableOut]
    created_at: dt.datetime
    updated_at: dt.datetime

    @staticmethod
    def resolve_url(source: DataSource) -> str:
        return _option(source, "url")

    @staticmethod
    def resolve_database(source: DataSource) -> str:
        return _option(source, "database")

    @staticmethod
    def resolve_login(source: DataSource) -> str:
        return _option(source, "login")

    @staticmethod
    def resolve_folder(source: DataSource) -> str:
        return _option(source, "folder")

    @staticmethod
    def resolve_version(source: DataSource) -> str:
        return _option(source, "version")

    @staticmethod
    def resolve_key(source: DataSource) -> str:
        if source.secret_variable:
            return "environment"
        return "typed" if source.secret else "none"

    @staticmethod
    def resolve_key_is_there(source: DataSource) -> bool:
        return secrets.has_key(source)

    @staticmethod
    def resolve_key_expires_on(source: DataSource) -> dt.date | None:
        return source.secret_expires_on

    @staticmethod
    def resolve_key_warning(source: DataSource) -> str:
        return expiry.warning(source)

    @staticmethod
    def resolve_tables(source: DataSource) -> list[SourceTable]:
        return list(source.tables.all())


class TestedOut(BaseModel):
    message: str


class UploadedOut(BaseModel):
    """The tables that the files came to, and a sentence for each file that was not taken."""

    tables: list[TableOut]
    refusals: list[str]


class RunOut(Schema):
    """A sync; the counts are the sums of its tables'. ``seconds`` it took (so far)."""

    id: int
    source: str
    source_id: int
    kind: str
    status: str
    requested_by: str | None
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    seconds: float | None
    expected: int
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    left_out: int
    error: str

    @staticmethod
    def resolve_source(run: SyncRun) -> str:
        return run.source.slug

    @staticmethod
    def resolve_requested_by(run: SyncRun) -> str | None:
        return run.requested_by.get_username() if run.requested_by else None

    @staticmethod
    def resolve_seconds(run: SyncRun) -> float | None:
        if run.started_at is None or run.finished_at is None:
            return None
        return round((run.finished_at - run.started_at).total_seconds(), 1)

    @staticmethod
    def resolve_read(run: SyncRun) -> int:
        return _sum(run, "read")

    @staticmethod
    def resolve_created(run: SyncRun) -> int:
        return _sum(run, "created")

    @staticmethod
    def resolve_updated(run: SyncRun) -> int:
        return _sum(run, "updated")

    @staticmethod
    def resolve_unchanged(run: SyncRun) -> int:
        return _sum(run, "unchanged")

    @staticmethod
    def resolve_rejected(run: SyncRun) -> int:
        return _sum(run, "rejected")

    @staticmethod
    def resolve_left_out(run: SyncRun) -> int:
        return _sum(run, "left_out")


class BrokenOut(BaseModel):
    row: int
    message: str


class SampleRowOut(BaseModel):
    row: int
    values: list[str]


class SampleOut(BaseModel):
    """A table's first rows as read, ``values`` in the order of ``columns``."""

    table: int
    columns: list[str]
    rows: list[SampleRowOut]
    broken: list[BrokenOut]
    notes: list[str]


class FindingOut(BaseModel):
    """Something wrong with one value; ``row`` as the person who opens the file counts it."""

    row: int
    severity: str
    code: str
    field: str
    value: str
    message: str


class ReportOut(BaseModel):
    """What a sync would say of a table; nothing is written. ``is_whole``: all rows were read."""

    table: int
    read: int
    refused: int
    is_whole: bool
    by_severity: dict[str, int]
    by_code: dict[str, int]
    findings: list[FindingOut]


class SourceMetricsOut(BaseModel):
    """``open_anomalies`` by severity; ``data_score`` 0-100 (docs/crm-quality.md)."""

    source: int
    name: str
    is_active: bool
    syncs: int
    failed_syncs: int
    last_sync: RunOut | None
    records: dict[str, int]
    data_score: int | None
    open_anomalies: dict[str, int]
    rows_in_quarantine: int
    key_warning: str


class MetricsOut(BaseModel):
    sources: list[SourceMetricsOut]


def _option(source: DataSource, name: str) -> str:
    return str(source.options.get(name) or "")


def _sum(run: SyncRun, name: str) -> int:
    return int(getattr(run, f"sum_{name}", 0) or 0)
