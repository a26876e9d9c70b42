"""Putting a source's drafts to work, all of them or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from crm.mapping import versions
from crm.models import FieldMapping

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import DataSource


@transaction.atomic
def activate_drafts(source: DataSource, *, by: User | None = None) -> int:
    """The newest draft of each table that has no mapping at work: how many; raises DomainError."""
    mapped = FieldMapping.objects.filter(status=FieldMapping.Status.ACTIVE).values("table")
    drafts = (
        FieldMapping.objects.filter(table__source=source, status=FieldMapping.Status.DRAFT)
        .exclude(table__in=mapped)
        .order_by("table_id", "-version")
        .distinct("table_id")
    )
    ids = list(drafts.values_list("pk", flat=True))
    for pk in ids:
        versions.activate(pk, by=by)
    return len(ids)
