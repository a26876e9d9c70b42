"""Mappings that come with the product: for iSaVigne and Odoo, by the names of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.canonical import missing_required
from crm.mapping.builtin import isavigne, odoo
from crm.mapping.builtin.templates import filled
from crm.models import DataSource, Entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.rules import Rule
    from crm.models import SourceTable

_KINDS = {
    DataSource.Kind.ISAVIGNE.value: isavigne.TEMPLATES,
    DataSource.Kind.ODOO.value: odoo.TEMPLATES,
}


def rules_for(table: SourceTable, columns: Sequence[str]) -> list[Rule]:
    """The built-in rules where they give all that is required; else none."""
    templates = _KINDS.get(table.source.kind, {}).get(Entity(table.entity))
    if templates is None:
        return []
    rules = filled(templates, columns)
    if missing_required(table.entity, {rule.field for rule in rules}):
        return []
    return rules
