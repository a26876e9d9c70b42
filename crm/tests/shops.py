"""Sources of one file of customers, ready to be synced."""

from __future__ import annotations

import io

from crm.mapping import versions
from crm.models import DataSource, FieldMapping
from crm.sources import setup

HEADING = "Code client;Nom;E-mail;Ville"
RULES = [
    versions.Rule("key", ("Code client",)),
    versions.Rule("name", ("Nom",)),
    versions.Rule("email", ("E-mail",), ({"name": "parse_email"},)),
    versions.Rule("city", ("Ville",)),
]


def shop(name: str = "Boutique", *lines: str) -> DataSource:
    """A source with a customers' file and the mapping that is proposed for it."""
    source = setup.create_source(name, "files")
    table = setup.add_table(source, "customer", "Clients")
    bring(source, *lines)
    mapping = FieldMapping.objects.create(table=table, version=1)
    versions.change(mapping.pk, RULES)
    versions.activate(mapping.pk)
    return source


def bring(source: DataSource, *lines: str) -> None:
    rows = lines or ("C1;Anna Petit;anna@petit.fr;Lyon", "C2;Bruno Roy;bruno@roy.fr;Nice")
    content = io.BytesIO("\r\n".join([HEADING, *rows, ""]).encode())
    setup.attach_file(source.tables.get(), content, filename="clients.csv")
