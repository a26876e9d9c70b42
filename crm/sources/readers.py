"""Opening a table of a source, whatever kind the source is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource
from crm.quality import staged_reader

if TYPE_CHECKING:
    from crm.models import SourceTable
    from crm.sources.batches import Reader


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """What a run has to keep to read the same again later: files by content, styles, cursor."""
    return _kind(table).inputs_of(table)  # type: ignore[no-any-return]


def known_inputs_of(table: SourceTable) -> dict[str, Any]:
    """As ``inputs_of``, but nothing is taken in and written: what a page only looks at."""
    kind = _kind(table)
    return getattr(kind, "known_inputs_of", kind.inputs_of)(table)  # type: ignore[no-any-return]


def open_table(table: SourceTable, inputs: dict[str, Any], *, full: bool = False) -> Reader:
    """A reader of the table; ``full``: also what the last sync has seen already.

    The inputs of a run of mended rows name rows of the quarantine, whatever the source is.
    """
    if staged_reader.STAGED in inputs:
        return staged_reader.StagedReader(table, inputs[staged_reader.STAGED])
    return _kind(table).open_table(table, inputs, full=full)  # type: ignore[no-any-return]


def test_connection(source: DataSource) -> str:
    """Reach the source without reading rows: a sentence of what was found; raises DomainError."""
    return _connector(source.kind).test_connection(source)  # type: ignore[no-any-return]


def _kind(table: SourceTable) -> Any:  # noqa: ANN401 - a module with the functions above
    return _connector(table.source.kind)


def _connector(kind: str) -> Any:  # noqa: ANN401 - as above
    from crm.sources import files, isavigne, odoo  # noqa: PLC0415 - they import the contract

    connectors = {
        DataSource.Kind.FILES.value: files,
        DataSource.Kind.ISAVIGNE.value: isavigne,
        DataSource.Kind.ODOO.value: odoo,
    }
    if kind not in connectors:
        sentence = _("No such kind of source: “%(kind)s”.") % {"kind": kind}
        raise DomainError(sentence, code="unknown_kind", field="kind", value=kind)
    return connectors[kind]
