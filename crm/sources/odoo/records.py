"""Records of one model as rows of text, whatever the version of Odoo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.models.source import Entity
from crm.sources.odoo import tables, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from backoffice.integrations.odoo import Field, Odoo
    from crm.sources.odoo.paging import Record
    from crm.sources.odoo.tables import OdooTable, Related

# Records looked up by the way are kept up to so many; a countryful of towns is never needed.
_MOST_KEPT = 50_000
_LOOKED_UP = 500
# What is no text: files, and lists that would cost a question per row.
_UNREADABLE = {
    "binary",
    "one2many",
    "reference",
    "properties",
    "properties_definition",
    "serialized",
}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the columns of one field come from: its name there ("" where there is none)."""

    name: str
    asked: str
    kind: str
    relation: str = ""
    # Its own name, and of a link the number's.
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        is_link = tables.is_link(self.name) or self.kind == "many2one"
        columns = (self.name, f"{self.name}/id") if is_link else (self.name,)
        object.__setattr__(self, "columns", columns)


@dataclass(slots=True)
class _Lookup:
    """Columns of the records that ``related.link`` points to."""

    related: Related
    sources: Sequence[_Source]
    kept: dict[int, tuple[str, ...]] = field(default_factory=dict)


class Records:
    """How the records of a table become rows; made once per reading."""

    def __init__(self, client: Odoo, entity: str, options: Mapping[str, Any]) -> None:
        self._client = client
        self.table: OdooTable = tables.TABLES[Entity(entity)]
        known = client.fields(self.table.model)
        wanted = [*self.table.fields, *_own_fields(known, options, self.table)]
        self._sources = [_source(name, known, self.table.older) for name in wanted]
        self._lookups = [self._lookup(related) for related in self.table.related]
        self.known = known
        self.language = str(options.get("language") or "") or _language(client)
        self._names: dict[str, dict[int, str]] = {}
        of_lookups = [one for lookup in self._lookups for one in _lookup_columns(lookup)]
        own = [name for one in self._sources[: len(self.table.fields)] for name in one.columns]
        extra = [name for one in self._sources[len(self.table.fields) :] for name in one.columns]
        made = [tables.CHANNEL, tables.COST] if entity == Entity.SALE else []
        self.columns: tuple[str, ...] = (*own, *of_lookups, *made, *extra)

    @property
    def asked(self) -> list[str]:
        """The fields to ask for."""
        names = [one.asked for one in self._sources if one.asked]
        internal = [name for name in ("is_downpayment",) if name in self.known]
        return list(dict.fromkeys([*names, *internal, "write_date"]))

    def domain(self, options: Mapping[str, Any]) -> list[Any]:
        """Which records count: as the table's settings say, else as this version can tell."""
        return tables.domain_of(self.table, options, self.known)

    def dicts(self, records: Sequence[Record]) -> list[dict[str, str]]:
        """A row of text for each record, by the columns' names."""
        self._fetch_names(records)
        for lookup in self._lookups:
            self._fetch(lookup, records)
        return [self._row(record) for record in records]

    def _row(self, record: Record) -> dict[str, str]:
        row = self._cells(record, self._sources)
        for lookup in self._lookups:
            number = row.get(f"{lookup.related.link}/id", "")
            found = lookup.kept.get(int(number)) if number else None
            row.update(zip(_lookup_columns(lookup), found or (), strict=False))
        if self.table.model == "sale.order.line":
            row["is_downpayment"] = "True" if record.get("is_downpayment") else ""
            _complete_sale(row)
        return row

    def _cells(self, record: Record, sources: Sequence[_Source]) -> dict[str, str]:
        cells: dict[str, str] = {}
        for one in sources:
            value = record.get(one.asked) if one.asked else None
            if len(one.columns) == 2:  # noqa: PLR2004 - a link: its name and its number
                cells[one.columns[0]], cells[one.columns[1]] = values.link(value)
            elif one.kind == "many2many":
                cells[one.name] = values.names(value, self._names.get(one.relation, {}))
            else:
                cells[one.name] = values.text(value, one.kind)
        return cells

    def _lookup(self, related: Related) -> _Lookup:
        known = self._client.fields(related.model)
        return _Lookup(related, [_source(name, known, {}) for name in related.fields])

    def _fetch(self, lookup: _Lookup, records: Sequence[Record]) -> None:
        """Ask for the linked records that are not known yet."""
        if len(lookup.kept) > _MOST_KEPT:
            lookup.kept.clear()
        link = lookup.related.link
        wanted = {int(number) for one in records if (number := values.link(one.get(link))[1])}
        fields = [one.asked for one in lookup.sources if one.asked]
        for record in self._read(lookup.related.model, wanted - lookup.kept.keys(), fields):
            cells = self._cells(record, lookup.sources)
            lookup.kept[record["id"]] = tuple(cells.values())

    def _fetch_names(self, records: Sequence[Record]) -> None:
        for one in self._sources:
            if one.kind != "many2many" or not one.asked:
                continue
            kept = self._names.setdefault(one.relation, {})
            wanted = {
                number
                for record in records
                for number in record.get(one.asked) or ()
                if isinstance(number, int)
            }
            for found in self._read(one.relation, wanted - kept.keys(), ["display_name"]):
                kept[found["id"]] = values.text(found.get("display_name"), "char")

    def _read(self, model: str, ids: Iterable[int], fields: Sequence[str]) -> Iterable[Record]:
        wanted = sorted(ids)
        for start in range(0, len(wanted), _LOOKED_UP):
            yield from self._client.search_read(
                model,
                [["id", "in", wanted[start : start + _LOOKED_UP]]],
                fields,
                order="id asc",
                language=self.language,
            )


def _complete_sale(row: dict[str, str]) -> None:
    """What a line says only together with its order."""
    row[tables.CHANNEL] = row.get("order_id/website_id") or row.get("order_id/team_id") or ""
    row[tables.COST] = ""
    if row.get("purchase_price") not in ("", "0", None) and row.get("product_uom_qty"):
        cost = float(row["purchase_price"]) * float(row["product_uom_qty"])
        row[tables.COST] = values.number(cost)
    # Since 18 a line has its order's customer only in some views.
    if not row.get("order_partner_id/id"):
        row["order_partner_id"] = row.get("order_id/partner_id", "")
        row["order_partner_id/id"] = row.get("order_id/partner_id/id", "")
    if not row.get("currency_id"):
        row["currency_id"] = row.get("order_id/currency_id", "")


def _lookup_columns(lookup: _Lookup) -> list[str]:
    link = lookup.related.link
    return [f"{link}/{name}" for one in lookup.sources for name in one.columns]


def _source(name: str, known: Mapping[str, Field], older: Mapping[str, tuple[str, ...]]) -> _Source:
    """The field where this version has it, by whichever name."""
    asked = next((one for one in (name, *older.get(name, ())) if one in known), "")
    if name == "id":
        return _Source("id", "id", "integer")
    if not asked:
        return _Source(name, "", "char")
    return _Source(name, asked, known[asked].kind, known[asked].relation)


def _own_fields(
    known: Mapping[str, Field], options: Mapping[str, Any], table: OdooTable
) -> list[str]:
    """What the estate added to the model, and what the table's settings ask for besides."""
    asked = options.get("fields")
    further = [str(one) for one in asked] if isinstance(asked, list) else []
    custom = sorted(name for name, one in known.items() if name.startswith("x_") and one.is_stored)
    return [
        name
        for name in dict.fromkeys([*further, *custom])
        if name not in table.fields and (name not in known or known[name].kind not in _UNREADABLE)
    ]


def _language(client: Odoo) -> str:
    """The language of the key's user: names are told in it; one that is not installed fails."""
    told = client.call("res.users", "context_get")
    return str(told.get("lang") or "") if isinstance(told, dict) else ""
