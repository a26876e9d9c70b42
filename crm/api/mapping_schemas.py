"""What the API gives of mappings."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from ninja import Schema
from pydantic import BaseModel

from crm.api.source_schemas import ReportOut  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from crm.models import FieldMapping
    from crm.models.mapping import MappingRule


class StepOut(BaseModel):
    name: str
    arguments: dict[str, Any] = {}


class RuleOut(Schema):
    field: str
    columns: list[str]
    steps: list[StepOut]
    policy: str


class MappingOut(Schema):
    """``origin``: built_in, suggested or by_hand."""

    id: int
    table: int
    table_name: str
    source: str
    entity: str
    version: int
    status: str
    origin: str
    created_by: str | None
    created_at: dt.datetime
    activated_at: dt.datetime | None
    rules: list[RuleOut]

    @staticmethod
    def resolve_table(mapping: FieldMapping) -> int:
        return mapping.table_id

    @staticmethod
    def resolve_table_name(mapping: FieldMapping) -> str:
        return mapping.table.name

    @staticmethod
    def resolve_source(mapping: FieldMapping) -> str:
        return mapping.table.source.slug

    @staticmethod
    def resolve_entity(mapping: FieldMapping) -> str:
        return mapping.table.entity

    @staticmethod
    def resolve_created_by(mapping: FieldMapping) -> str | None:
        return mapping.created_by.get_username() if mapping.created_by else None

    @staticmethod
    def resolve_rules(mapping: FieldMapping) -> list[MappingRule]:
        return list(mapping.rules.all())


class QualityOut(BaseModel):
    """The mapping's score and what makes it, the table's data score, what is open of its rows.

    mapping_score = mapped / fields x 60 + (1 - required missing / required) x 40.
    """

    mapping: int
    mapping_score: int
    mapped: list[str]
    unmapped: list[str]
    missing_required: list[str]
    columns_used: list[str]
    columns_unused: list[str]
    faults: list[str]
    data_score: int | None
    data_score_parts: dict[str, float | None]
    open_anomalies: dict[str, int]
    rows_in_quarantine: int


class ValidatedOut(BaseModel):
    """``is_valid``: nothing keeps the mapping from being put to work."""

    mapping: MappingOut
    is_valid: bool
    faults: list[str]
    report: ReportOut | None


class ProblemOut(BaseModel):
    severity: str
    message: str


class CellOut(BaseModel):
    """As read, as it would be kept, and what is wrong."""

    field: str
    raw: str
    value: str
    problems: list[ProblemOut]


class PreviewRowOut(BaseModel):
    row: int
    is_refused: bool
    problems: list[ProblemOut]
    cells: list[CellOut]


class PreviewOut(BaseModel):
    fields: list[str]
    read: int
    refused: int
    rows: list[PreviewRowOut]


class ArgumentOut(BaseModel):
    name: str
    label: str
    kind: str
    required: bool
    default: Any
    choices: list[str]


class TransformationOut(BaseModel):
    name: str
    label: str
    help: str
    arguments: list[ArgumentOut]


class CanonicalFieldOut(BaseModel):
    """``one_of``: of the fields with the same word one at least is needed."""

    entity: str
    name: str
    label: str
    kind: str
    required: bool
    one_of: str
    many: bool
    max_length: int
    minimum: str | None
    maximum: str | None
    refers_to: str | None
