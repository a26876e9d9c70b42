"""Sources of small files, synced in tests as staff would sync them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from crm.models import DataSource, FieldMapping, MappingRule, SourceTable, SyncRun
from crm.sources import setup
from crm.sync import engine, requests

if TYPE_CHECKING:
    from collections.abc import Mapping

# By field: the column, the steps, who wins.
CUSTOMER = {
    "key": ("Code", ["trim"], "replace"),
    "name": ("Nom", ["null_to_empty"], "replace"),
    "company": ("Société", ["null_to_empty"], "replace"),
    "email": ("Mail", ["null_to_empty", "parse_email"], "replace"),
    "phone": ("Tél", ["null_to_empty", "parse_phone"], "replace"),
    "city": ("Ville", ["null_to_empty"], "replace"),
    "consent_email": ("Lettre", ["parse_boolean"], "replace"),
}
PRODUCT = {
    "key": ("Code", ["trim"], "replace"),
    "name": ("Nom", ["null_to_empty"], "replace"),
    "barcode": ("EAN", ["null_to_empty"], "replace"),
    "list_price": ("Prix", ["null_to_empty", "parse_decimal"], "replace"),
    "cost_price": ("Coût", ["null_to_empty", "parse_decimal"], "replace"),
    "bottles": ("Bouteilles", ["null_to_empty", "parse_decimal"], "replace"),
    "vintage": ("Millésime", ["null_to_empty", "parse_integer"], "replace"),
    "region": ("Région", ["null_to_empty"], "replace"),
}
SALE = {
    "key": ("Ligne", ["trim"], "replace"),
    "customer_key": ("Client", ["trim"], "replace"),
    "product_key": ("Article", ["trim"], "replace"),
    "sold_on": ("Date", ["parse_date"], "replace"),
    "quantity": ("Quantité", ["parse_decimal"], "replace"),
    "unit_price": ("PU", ["null_to_empty", "parse_decimal"], "replace"),
    "discount": ("Remise", ["null_to_empty", "parse_decimal"], "replace"),
    "amount": ("Montant", ["null_to_empty", "parse_decimal"], "replace"),
    "is_sale": ("Vendu", ["null_to_empty", "parse_boolean"], "replace"),
}
STOCK = {
    "product_key": ("Article", ["trim"], "replace"),
    "warehouse": ("Dépôt", ["null_to_empty"], "replace"),
    "quantity": ("Quantité", ["parse_decimal"], "replace"),
}
INTERACTION = {
    "customer_key": ("Client", ["trim"], "replace"),
    "occurred_at": ("Quand", ["parse_date"], "replace"),
    "channel": ("Voie", ["lowercase"], "replace"),
    "subject": ("Objet", ["null_to_empty"], "replace"),
}
RULES = {
    "customer": CUSTOMER,
    "product": PRODUCT,
    "sale": SALE,
    "stock": STOCK,
    "interaction": INTERACTION,
}


def make_source(name: str = "Boutique", **values: Any) -> DataSource:
    values = {"country": "FR", "currency": "EUR", **values}
    return setup.create_source(name, "files", **values)


def give(
    source: DataSource, entity: str, *lines: str, policies: Mapping[str, str] | None = None
) -> SourceTable:
    """The table of the source, with these lines as its file; the first has the headings.

    Its mapping takes the columns of ``RULES`` that the headings name.
    """
    table = source.tables.filter(entity=entity).first() or setup.add_table(source, entity)
    content = io.BytesIO("\n".join([*lines, ""]).encode())
    setup.attach_file(table, content, filename=f"{entity}.csv")
    if not table.mappings.exists() or policies:
        map_to(table, lines[0].split(";"), policies or {})
    return table


def map_to(table: SourceTable, headings: list[str], policies: Mapping[str, str]) -> None:
    table.mappings.filter(status="active").update(status="retired")
    version = table.mappings.count() + 1
    mapping = FieldMapping.objects.create(table=table, version=version, status="active")
    MappingRule.objects.bulk_create(
        MappingRule(
            mapping=mapping,
            position=place,
            field=field,
            columns=[column],
            steps=[{"name": step, "arguments": {}} for step in steps],
            policy=policies.get(field, policy),
        )
        for place, (field, (column, steps, policy)) in enumerate(RULES[table.entity].items())
        if column in headings
    )


def sync(source: DataSource, *, batch_rows: int = 10_000) -> SyncRun:
    """A whole run, to its end."""
    run = requests.request(source, in_background=False)
    assert engine.advance(run.pk, batch_rows=batch_rows)
    SyncRun.objects.filter(pk=run.pk).update(status="done")
    return run


def counts(run: SyncRun) -> dict[str, tuple[int, ...]]:
    """By table: read, created, updated, unchanged, rejected."""
    return {
        row.table.entity: (row.read, row.created, row.updated, row.unchanged, row.rejected)
        for row in run.table_runs.select_related("table")
    }
