"""Mappings for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.pagination import paginate

from backoffice.core.api import Page, require
from backoffice.core.errors import DomainError
from crm import canonical
from crm.api import finding, reports
from crm.api.inputs import (
    EntityQuery,
    MappingFilters,
    MappingIn,
    MappingPreviewIn,
    MappingPreviewQuery,
    MappingQuery,
    ValidationIn,
)
from crm.api.mapping_schemas import (
    CanonicalFieldOut,
    MappingOut,
    PreviewOut,
    QualityOut,
    TransformationOut,
    ValidatedOut,
)
from crm.api.source_schemas import ReportOut
from crm.mapping import preview as previews
from crm.mapping import tables, versions
from crm.mapping.transformations.catalogue import catalogue
from crm.models import FieldMapping, TableRun
from crm.models.source import Entity
from crm.quality import counts, table_score
from crm.sync.dry_run import dry_run

router = Router()
VIEW = "crm.view_fieldmapping"
CHANGE = "crm.change_fieldmapping"
SEE_ROWS = "crm.view_datasource"
SEE_ANOMALIES = "crm.view_anomaly"


@router.get("", response=list[MappingOut], operation_id="list_mappings")
@paginate(Page)
def list_mappings(request: HttpRequest, filters: Query[MappingFilters]) -> QuerySet[FieldMapping]:
    """All versions of the tables' mappings with their rules, the newest of each table first."""
    require(request, VIEW)
    wanted = filters.model_dump(exclude_none=True)
    if "source" in wanted:
        wanted["table__source"] = wanted.pop("source")
    return finding.mappings().filter(**wanted).order_by("table", "-version")


@router.post("", response={201: MappingOut}, operation_id="create_mapping")
def create_mapping(request: HttpRequest, body: MappingIn) -> Status[FieldMapping]:
    """A draft: with these rules, those of another version, or a suggestion from the content."""
    require(request, CHANGE)
    table = finding.table(body.table)
    rules = None if body.rules is None else [one.rule() for one in body.rules]
    if rules is not None:
        versions.check_rules(table.entity, rules)
    with transaction.atomic():
        if body.like is not None:
            draft = versions.draft_from(_like(body.like, table.pk), by=_caller(request))
        else:
            draft = versions.propose(table, by=_caller(request))
        if rules is not None:
            versions.change(draft.pk, rules, by=_caller(request))
    return Status(201, finding.mapping(draft.pk))


@router.get("/api/preview", response=PreviewOut, operation_id="preview_mapping")
def preview(request: HttpRequest, asked: Query[MappingPreviewQuery]) -> dict[str, Any]:
    """The table's first rows, raw beside normalised beside the problem; nothing is saved."""
    require(request, VIEW)
    require(request, SEE_ROWS)
    mapping = finding.mapping_named(asked.mapping, asked.table)
    rules = versions.rules_of(mapping)
    return reports.previewed(previews.preview(mapping.table, rules, limit=asked.limit))


@router.post("/api/preview", response=PreviewOut, operation_id="preview_rules")
def preview_rules(request: HttpRequest, body: MappingPreviewIn) -> dict[str, Any]:
    """The same by rules that are not saved."""
    require(request, VIEW)
    require(request, SEE_ROWS)
    table = finding.table(body.table)
    rules = [one.rule() for one in body.rules]
    versions.check_rules(table.entity, rules)
    return reports.previewed(previews.preview(table, rules, limit=body.limit))


@router.get("/api/quality-score", response=QualityOut, operation_id="quality_score")
def quality_score(request: HttpRequest, asked: Query[MappingQuery]) -> dict[str, Any]:
    """Mapping and data score of a mapping, or of the one at work on a table."""
    require(request, VIEW)
    return _quality(finding.mapping_named(asked.mapping, asked.table))


@router.get("/api/detect-anomalies", response=ReportOut, operation_id="detect_anomalies")
def detect_anomalies(request: HttpRequest, asked: Query[MappingQuery]) -> dict[str, Any]:
    """What is wrong with the table's rows by this mapping, read now; nothing is written."""
    require(request, VIEW)
    require(request, SEE_ANOMALIES)
    mapping = finding.mapping_named(asked.mapping, asked.table)
    return reports.told(mapping.table, dry_run(mapping.table, mapping))


@router.get(
    "/api/transformations", response=list[TransformationOut], operation_id="list_transformations"
)
def transformations(request: HttpRequest) -> list[dict[str, Any]]:
    """The steps that a rule may take, with their arguments."""
    require(request, VIEW)
    return [
        {
            "name": one.name,
            "label": str(one.label),
            "help": str(one.help),
            "arguments": [
                {
                    "name": argument.name,
                    "label": str(argument.label),
                    "kind": argument.kind,
                    "required": argument.required,
                    "default": argument.default,
                    "choices": list(argument.choices),
                }
                for argument in one.arguments
            ],
        }
        for one in catalogue().values()
    ]


@router.get(
    "/api/canonical-fields", response=list[CanonicalFieldOut], operation_id="list_canonical_fields"
)
def canonical_fields(request: HttpRequest, asked: Query[EntityQuery]) -> list[dict[str, Any]]:
    """Our fields, that columns are mapped to; of one kind of rows or of all."""
    require(request, VIEW)
    entities = [Entity(asked.entity)] if asked.entity else list(canonical.FIELDS)
    return [_field(entity, one) for entity in entities for one in canonical.FIELDS[entity]]


@router.get("/{row:mapping_id}", response=MappingOut, operation_id="get_mapping")
def get_mapping(request: HttpRequest, mapping_id: int) -> FieldMapping:
    """One version with its rules."""
    require(request, VIEW)
    return finding.mapping(mapping_id)


@router.get("/{row:mapping_id}/quality", response=QualityOut, operation_id="mapping_quality")
def quality(request: HttpRequest, mapping_id: int) -> dict[str, Any]:
    """Coverage, scores and open anomalies; reads the table's headings."""
    require(request, VIEW)
    return _quality(finding.mapping(mapping_id))


@router.post("/{row:mapping_id}/validate", response=ValidatedOut, operation_id="validate_mapping")
def validate(
    request: HttpRequest, mapping_id: int, body: ValidationIn | None = None
) -> dict[str, Any]:
    """Whether the mapping can be put to work, and what it makes of the rows.

    With ``activate`` it is put to work (422 with what is missing, 409 where it is no draft).
    """
    require(request, CHANGE if body and body.activate else VIEW)
    require(request, SEE_ANOMALIES)
    mapping = finding.mapping(mapping_id)
    faults = list(versions.coverage(mapping, tables.columns(mapping.table)).faults)
    report = None if faults else reports.told(mapping.table, dry_run(mapping.table, mapping))
    if body and body.activate:
        versions.activate(mapping.pk, by=_caller(request))
        mapping = finding.mapping(mapping.pk)
    return {"mapping": mapping, "is_valid": not faults, "faults": faults, "report": report}


def _quality(mapping: FieldMapping) -> dict[str, Any]:
    found = versions.coverage(mapping, tables.columns(mapping.table))
    last = TableRun.objects.filter(table=mapping.table, data_score__isnull=False).order_by("-pk")
    return {
        "mapping": mapping.pk,
        "mapping_score": found.score,
        "mapped": [one.name for one in found.mapped],
        "unmapped": [one.name for one in found.unmapped],
        "missing_required": [one.name for one in found.missing_required],
        "columns_used": list(found.columns_used),
        "columns_unused": list(found.columns_unused),
        "faults": [str(fault) for fault in found.faults],
        "data_score": last.values_list("data_score", flat=True).first(),
        "data_score_parts": table_score.parts(mapping.table),
        "open_anomalies": counts.by_severity(mapping.table),
        "rows_in_quarantine": counts.waiting(mapping.table),
    }


def _field(entity: Entity, one: canonical.CanonicalField) -> dict[str, Any]:
    return {
        "entity": str(entity),
        "name": one.name,
        "label": str(one.label),
        "kind": str(one.kind),
        "required": one.required,
        "one_of": one.one_of,
        "many": one.many,
        "max_length": one.max_length,
        "minimum": None if one.minimum is None else str(one.minimum),
        "maximum": None if one.maximum is None else str(one.maximum),
        "refers_to": str(one.refers_to) if one.refers_to else None,
    }


def _like(mapping_id: int, table_id: int) -> FieldMapping:
    """The version to begin with; of the same table, since it becomes its next version."""
    mapping = finding.mapping_named(mapping_id, None)
    if mapping.table_id != table_id:
        sentence = _("The mapping %(id)d belongs to another table.") % {"id": mapping_id}
        raise DomainError(sentence, code="other_table", field="like", value=mapping_id)
    return mapping


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)
