"""What a mapping's page asks for while rules are edited; the mapping as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from crm import canonical
from crm.mapping import preview as previews
from crm.mapping import tables, versions
from crm.mapping.context import context_of
from crm.resources import mapping as sheets

if TYPE_CHECKING:
    from django.http import HttpRequest

    from crm.mapping.preview import Cell, Row
    from crm.mapping.versions import Rule
    from crm.models import FieldMapping

CHANGE = "crm.change_fieldmapping"
ROWS_SHOWN = 20


@require_POST
@never_cache
def preview(request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
    """Real rows by the posted rules, and how much of the table these take; nothing is saved."""
    if not request.user.has_perm("crm.view_fieldmapping"):
        raise PermissionDenied
    try:
        rules = posted_rules(request)
        found = previews.preview(mapping.table, rules, limit=ROWS_SHOWN)
    except DomainError as error:
        told = {"error": str(error.sentence), "field": error.field or "", "value": str(error.value)}
        return JsonResponse(told)
    return JsonResponse(
        {
            "read": found.read,
            "refused": found.refused,
            "rows": [_row(row) for row in found.rows],
            **_coverage(mapping, rules),
        }
    )


@require_safe
@never_cache
def export(_request: HttpRequest, mapping: FieldMapping) -> HttpResponse:
    """The rules as JSON, to be used for another table."""
    name = f"mapping-{mapping.table.source.slug}-{mapping.table.entity}-v{mapping.version}.json"
    return HttpResponse(
        sheets.write(mapping),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def posted_rules(request: HttpRequest) -> list[Rule]:
    """The rules that the page has put together; raises DomainError where they are none."""
    try:
        # Not Python's own: what is too deep is a fault of its, not a RecursionError.
        given = orjson.loads(request.POST.get("rules", ""))
    except ValueError as error:
        sentence = _("The rules did not arrive whole: load the page again.")
        raise DomainError(sentence, code="invalid_rules", field="rules") from error
    return sheets.rules_of(given)


def _coverage(mapping: FieldMapping, rules: list[Rule]) -> dict[str, Any]:
    table = mapping.table
    columns = tables.columns(table)
    found = versions.coverage_of(table.entity, rules, columns, context_of(table))
    return {
        "score": found.score,
        "missing": [str(field.label) for field in found.missing_required],
        "unused": list(found.columns_unused),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "refused": row.is_refused,
        "problems": list(row.problems),
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "field": cell.field,
        "raw": cell.raw,
        "value": cell.value,
        "problems": list(cell.problems),
    }


def field_words(entity: str) -> list[dict[str, Any]]:
    """Our fields of such rows, as the page shows them."""
    return [
        {
            "name": field.name,
            "label": str(field.label),
            "kind": str(field.kind),
            "required": field.required,
            "oneOf": field.one_of,
            "many": field.many,
        }
        for field in canonical.FIELDS[entity]  # type: ignore[index]
    ]
