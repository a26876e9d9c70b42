"""Files that staff drop on a source: each finds its table, and what it holds is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from crm.canonical import missing_required
from crm.mapping import tables, versions
from crm.mapping.context import context_of
from crm.mapping.suggest import suggest
from crm.models import DataSource, Entity
from crm.sources import arranging, country, isavigne, setup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

    from crm.models import SourceTable

# What the names of files say, folded; the first that is found counts.
NAMED: tuple[tuple[str, Entity], ...] = (
    ("stock", Entity.STOCK),
    ("inventaire", Entity.STOCK),
    ("contact", Entity.INTERACTION),
    ("interaction", Entity.INTERACTION),
    ("campagne", Entity.INTERACTION),
    ("relance", Entity.INTERACTION),
    ("vente", Entity.SALE),
    ("facture", Entity.SALE),
    ("commande", Entity.SALE),
    ("sale", Entity.SALE),
    ("order", Entity.SALE),
    ("produit", Entity.PRODUCT),
    ("article", Entity.PRODUCT),
    ("product", Entity.PRODUCT),
    ("client", Entity.CUSTOMER),
    ("customer", Entity.CUSTOMER),
    ("partner", Entity.CUSTOMER),
)
# What a name weighs, in columns that are recognised.
NAME_WEIGHT = 3
MISSING_WEIGHT = 2
# Rows looked at to tell what a file holds.
ROWS = 100


@dataclass(slots=True)
class Taken:
    """The tables that files came to, and a sentence for each file that was not taken.

    ``country`` is set where the source got it now: as the files tell, or else the company's.
    """

    tables: list[SourceTable] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    country: str = ""
    is_country_found: bool = False


def take_in(
    source: DataSource, files: Iterable[tuple[str, IO[bytes]]], *, by: User | None = None
) -> Taken:
    """Each file becomes a table, or a newer state of iSaVigne's table of its kind.

    Tables without a mapping get a suggested one. A file that cannot be read is told of and does
    not stop the others.
    """
    taken = Taken()
    for filename, content in files:
        try:
            with transaction.atomic():
                table = _take(source, filename, content, by)
        except DomainError as error:
            taken.refusals.append(f"{filename}: {error.sentence}")
            continue
        taken.tables.append(table)
    # Before mappings are suggested: what a phone number is hangs on it.
    _settle_country(source, taken)
    for table in taken.tables:
        table.source = source
        if not table.mappings.exists():
            try:
                versions.propose(table, by=by)
            except DomainError as error:
                taken.refusals.append(f"{table.name}: {error.sentence}")
    return taken


def _settle_country(source: DataSource, taken: Taken) -> None:
    """Of a source that names no country, the one that its files are written for."""
    if source.country or not taken.tables:
        return
    try:
        found = country.guess(taken.tables)
    except DomainError:
        return  # The mapping tells of what cannot be read.
    source.country = taken.country = found or settings.PHONE_REGION
    taken.is_country_found = bool(found)
    source.currency = source.currency or country.currency_of(source.country)
    source.save(update_fields=["country", "currency", "updated_at"])


def hinted(filename: str) -> Entity | None:
    """What the file's name says that it holds, if it says anything."""
    name = folded(filename)
    return next((entity for word, entity in NAMED if word in name), None)


def guess(table: SourceTable, filename: str) -> Entity:
    """What the table most likely holds: of what it would give a mapping for the most columns.

    Raises DomainError where it cannot be read.
    """
    read, context, hint = tables.read(table, ROWS), context_of(table), hinted(filename)

    def weight(entity: Entity) -> int:
        rules = suggest(entity, read.columns, read.rows, context)
        columns = {column for rule in rules for column in rule.columns}
        missing = missing_required(entity, [rule.field for rule in rules])
        told = NAME_WEIGHT if entity == hint else 0
        return len(columns) - MISSING_WEIGHT * len(missing) + told

    return max(Entity, key=weight)


def _take(source: DataSource, filename: str, content: IO[bytes], by: User | None) -> SourceTable:
    setup.refuse_files(source)
    if source.kind == DataSource.Kind.ISAVIGNE:
        table = isavigne.table_of(source, filename)
        table = table or source.tables.filter(entity=hinted(filename)).first()
        if table is not None:
            setup.attach_file(table, content, filename=filename, by=by)
            return table
    first = hinted(filename) or Entity.CUSTOMER
    table = setup.add_table(source, first, arranging.free_name(source, filename))
    setup.attach_file(table, content, filename=filename, by=by)
    return arranging.hold(table.pk, guess(table, filename))
