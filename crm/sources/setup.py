"""Setting a source up: its tables, its files, how they are read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource, SourceFile, SourceTable
from crm.models.source import Entity
from crm.sources import readers
from crm.sources.files.detection import detect, detect_again
from crm.sources.files.keeping import keep, open_kept, safe_name
from crm.sources.files.opening import open_file
from crm.sources.files.style import Style, checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User

# Customers and products come before what names them.
ORDER = tuple(Entity)
# The tables that a source of this kind has from the beginning, with their settings.
TABLES: Mapping[str, Mapping[Entity, dict[str, Any]]] = {
    DataSource.Kind.FILES: {},
    DataSource.Kind.ISAVIGNE: {
        Entity.CUSTOMER: {},
        Entity.PRODUCT: {},
        Entity.SALE: {},
        Entity.STOCK: {},
    },
    DataSource.Kind.ODOO: {
        Entity.CUSTOMER: {"model": "res.partner"},
        Entity.PRODUCT: {"model": "product.product"},
        Entity.SALE: {"model": "sale.order.line"},
        Entity.STOCK: {"model": "stock.quant"},
    },
}
_SLUG_LENGTH = 40
_RESERVED = "orders"


@dataclass(frozen=True, slots=True)
class Sample:
    """A table's first rows as read."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    # Rows that cannot be read: (number, sentence).
    broken: Sequence[tuple[int, str]] = ()
    # What was found while reading: sentences for people.
    notes: Sequence[str] = ()


@transaction.atomic
def create_source(name: str, kind: str, *, by: User | None = None, **values: Any) -> DataSource:  # noqa: ARG001 - who did it is for the log of the caller
    """A source; iSaVigne and Odoo ones with the tables they have. Raises DomainError."""
    name = name.strip()
    if kind not in TABLES:
        sentence = _("No such kind of source: “%(kind)s”.") % {"kind": kind}
        raise DomainError(sentence, code="unknown_kind", field="kind", value=kind)
    if not name:
        raise DomainError(_("Give the source a name."), code="required", field="name")
    source = _insert(name, kind, values)
    for entity, options in TABLES[kind].items():
        add_table(source, entity, options=options)
    return source


def _insert(name: str, kind: str, values: dict[str, Any]) -> DataSource:
    slug = values.pop("slug", "")
    # Somebody else may take the name, or the slug, at the same instant.
    for _attempt in range(3):
        if DataSource.objects.filter(name=name).exists():
            break
        with suppress(IntegrityError), transaction.atomic():
            return DataSource.objects.create(
                name=name, kind=kind, slug=slug or _free_slug(name), **values
            )
    sentence = _("There is a source “%(name)s” already: choose another name.") % {"name": name}
    raise DomainError(sentence, code="duplicate", field="name", value=name)


def add_table(
    source: DataSource, entity: str, name: str = "", *, options: dict[str, Any] | None = None
) -> SourceTable:
    """A table in its place of the order (customers, products, then what names them)."""
    if entity not in Entity.values:
        sentence = _("A table holds one of %(choices)s, not “%(entity)s”.") % {
            "choices": ", ".join(Entity.values),
            "entity": entity,
        }
        raise DomainError(sentence, code="unknown_entity", field="entity", value=entity)
    label = name.strip() or str(Entity(entity).label)
    place = ORDER.index(Entity(entity)) * 10
    table = SourceTable(
        source=source, entity=entity, name=label, position=place, options=options or {}
    )
    try:
        with transaction.atomic():
            table.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("The source has a table “%(name)s” already: choose another name.")
        raise DomainError(
            sentence % {"name": label}, code="duplicate", field="name", value=label
        ) from error
    return table


def refuse_files(source: DataSource) -> None:
    """DomainError where the source is read from a server."""
    if source.kind == DataSource.Kind.ODOO:
        sentence = _("“%(source)s” is read from Odoo itself: it takes no files.")
        raise DomainError(sentence % {"source": source}, code="no_files", field="file")


def attach_file(  # noqa: PLR0913 - what a file of a table is
    table: SourceTable,
    content: IO[bytes],
    *,
    filename: str,
    by: User | None = None,
    position: int = 0,
    join_from: str = "",
    join_to: str = "",
) -> SourceFile:
    """Keep the file, find out how to read it; a later file of the same place replaces it.

    What a person chose for the file before holds for the new one, as far as it can be read so.
    Raises DomainError where it is no CSV or spreadsheet, too big, or a bomb.
    """
    refuse_files(table.source)
    filename = safe_name(filename)
    kept = keep(content)
    before = table.files.filter(position=position).first()
    chosen = before.chosen if before else {}
    with open_kept(kept.path) as file:
        try:
            found = detect_again(file, filename, chosen)
            columns = _columns(kept.path, found.style, filename)
        except DomainError:
            if not chosen:
                raise
            chosen, found = {}, detect(file, filename)
            columns = _columns(kept.path, found.style, filename)
    values = {
        "filename": filename,
        "path": kept.path,
        "sha256": kept.sha256,
        "size": kept.size,
        "detected": found.to_json(),
        "chosen": chosen,
        "columns": columns,
        "join_from": join_from or (before.join_from if before else ""),
        "join_to": join_to or (before.join_to if before else ""),
        "uploaded_by": by,
    }
    made, _created = SourceFile.objects.update_or_create(
        table=table, position=position, defaults=values
    )
    return made


def choose_style(file_id: int, chosen: Mapping[str, Any]) -> SourceFile:
    """Read the file otherwise than detected; the columns are read anew. Raises DomainError."""
    wanted = {name: _plain(value) for name, value in checked(chosen).items()}
    file = SourceFile.objects.get(pk=file_id)
    path = file.path
    with open_kept(path) as content:
        found = detect_again(content, file.filename, wanted)
    columns = _columns(path, found.style, file.filename)
    with transaction.atomic():
        file = SourceFile.objects.select_for_update(no_key=True).get(pk=file_id)
        if file.path != path:
            sentence = _("The file was replaced meanwhile: look at the new one.")
            raise DomainError(sentence, code="replaced", field="file")
        file.detected, file.chosen, file.columns = found.to_json(), wanted, columns
        file.save(update_fields=["detected", "chosen", "columns"])
    return file


def sample(table: SourceTable, *, limit: int = 20, takes_in: bool = True) -> Sample:
    """The first rows, as read, joined; raises DomainError.

    Without ``takes_in`` a newer file of the folder is not taken in: nothing is written.
    """
    inputs_of = readers.inputs_of if takes_in else readers.known_inputs_of
    with readers.open_table(table, inputs_of(table), full=True) as reader:
        batch = next(iter(reader.batches(size=limit)), None)
        columns = list(reader.columns)
        notes = list(getattr(reader, "remarks", ()))
    if batch is None:
        return Sample(columns, [], notes=notes)
    return Sample(
        columns,
        list(islice(zip(batch.numbers, batch.rows, strict=True), limit)),
        [(row.number, row.sentence) for row in batch.broken],
        notes,
    )


def _columns(path: str, style: Style, filename: str) -> list[str]:
    table = open_file(path, style, filename)
    table.close()
    return list(table.columns)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _free_slug(name: str) -> str:
    base = slugify(name)[: _SLUG_LENGTH - 4] or "source"
    taken = set(DataSource.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken.add(_RESERVED)
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug
