"""What a request names, found; 404 where it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource, FieldMapping, SourceTable

if TYPE_CHECKING:
    from django.db.models import QuerySet


def sources() -> QuerySet[DataSource]:
    """With what an answer shows of each, in a constant number of queries."""
    return DataSource.objects.prefetch_related("tables__files", "tables__mappings")


def source(source_id: int) -> DataSource:
    """Raises ``DoesNotExist``, a 404, where there is none: the address names it."""
    return sources().get(pk=source_id)


def mappings() -> QuerySet[FieldMapping]:
    return FieldMapping.objects.select_related("table__source", "created_by").prefetch_related(
        "rules"
    )


def mapping(mapping_id: int) -> FieldMapping:
    """As :func:`source`."""
    return mappings().get(pk=mapping_id)


def table(table_id: int) -> SourceTable:
    """A table that a field of the request names; DomainError where there is none."""
    row = SourceTable.objects.select_related("source").filter(pk=table_id).first()
    if row is None:
        raise _unknown("table", table_id)
    return row


def table_of(source_id: int, table_id: int | None) -> SourceTable:
    """The source's table, its first one where none is named; DomainError where there is none."""
    rows = SourceTable.objects.select_related("source").filter(source=source_id)
    if table_id is not None:
        row = rows.filter(pk=table_id).first()
        if row is None:
            raise _unknown("table", table_id)
        return row
    first = rows.order_by("position", "pk").first()
    if first is None:
        if not DataSource.objects.filter(pk=source_id).exists():
            raise _unknown("source", source_id)
        sentence = _("This source has no table yet: upload a file first.")
        raise DomainError(sentence, code="no_table", field="source", value=source_id)
    return first


def mapping_named(mapping_id: int | None, table_id: int | None) -> FieldMapping:
    """The mapping, or else the one at work on the table (its newest draft where none is)."""
    if mapping_id is not None:
        row = mappings().filter(pk=mapping_id).first()
        if row is None:
            raise _unknown("mapping", mapping_id)
        return row
    if table_id is None:
        sentence = _("Say which mapping: give its id as mapping, or the table's as table.")
        raise DomainError(sentence, code="missing", field="mapping")
    of_table = mappings().filter(table=table(table_id))
    active = of_table.filter(status=FieldMapping.Status.ACTIVE).first()
    chosen = active or of_table.order_by("-version").first()
    if chosen is None:
        sentence = _("This table has no mapping yet: make one with POST /api/crm/mapping.")
        raise DomainError(sentence, code="no_mapping", field="table", value=table_id)
    return chosen


def _unknown(field: str, value: int) -> DomainError:
    sentence = _("There is no %(field)s %(value)d.") % {"field": field, "value": value}
    return DomainError(sentence, code="unknown", field=field, value=value)
