"""Reading tables of iSaVigne's exports, from a folder or uploaded."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models.source import Entity
from crm.sources import files
from crm.sources.files.folders import checked_folder, newest, open_whole, refuse_growing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crm.models import DataSource, SourceTable
    from crm.sources.batches import Reader

# What the names of the exports begin with.
PREFIXES: Mapping[str, str] = {
    Entity.CUSTOMER: "clients",
    Entity.PRODUCT: "produits",
    Entity.SALE: "ventes",
    Entity.STOCK: "stock",
}


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """The newest file of the folder, kept and read as the one before; else what was uploaded."""
    folder = str(table.source.options.get("folder", "")).strip()
    if folder:
        _take_newest(table, checked_folder(folder))
    return files.inputs_of(table)


def known_inputs_of(table: SourceTable) -> dict[str, Any]:
    """What was taken in last, without a look at the folder: nothing is written."""
    return files.inputs_of(table)


def open_table(table: SourceTable, inputs: dict[str, Any], *, full: bool) -> Reader:
    """A reader of the table; a file is always read whole."""
    return files.open_table(table, inputs, full=full)


def test_connection(source: DataSource) -> str:
    """Which files there are, with their rows; raises DomainError where there is none."""
    folder = str(source.options.get("folder", "")).strip()
    if folder:
        real = checked_folder(folder)
        for table in source.tables.filter(is_active=True):
            if newest(real, PREFIXES.get(table.entity, table.name.lower())):
                _take_newest(table, real)
    return files.test_connection(source)


def table_of(source: DataSource, filename: str) -> SourceTable | None:
    """The table that a file of this name is for, or None."""
    name = filename.lower()
    entity = next((entity for entity, start in PREFIXES.items() if name.startswith(start)), None)
    return source.tables.filter(entity=entity).first() if entity else None


def _take_newest(table: SourceTable, folder: Path) -> None:
    from crm.sources import setup  # noqa: PLC0415 - it reads through this module

    prefix = PREFIXES.get(table.entity, table.name.lower())
    path = newest(folder, prefix)
    if path is None:
        sentence = _("There is no file “%(prefix)s*” in the folder: export it again.")
        raise DomainError(sentence % {"prefix": prefix}, code="no_file", field="folder")
    known = table.files.filter(position=0).first()
    with open_whole(path) as file:
        before = os.fstat(file.fileno())
        if known and known.size == before.st_size and known.filename == path.name:
            same = hashlib.file_digest(file, "sha256").hexdigest() == known.sha256
            file.seek(0)
            if same:
                return
        with transaction.atomic():
            setup.attach_file(table, file, filename=path.name)
            refuse_growing(file, before, path.name)
