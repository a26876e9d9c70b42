"""Mappings as versions: proposed, changed, put to work; one at a time."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from backoffice.core.errors import DomainError
from crm.mapping import versions
from crm.mapping.compiled import compile_mapping
from crm.mapping.versions import Rule
from crm.models import DataSource, FieldMapping, SourceTable
from crm.sources import readers, setup

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

CUSTOMERS = (
    "Code client;Raison sociale;Nom;Prénom;Adresse 1;Code postal;Ville;Pays;Portable;Téléphone;"
    "E-mail;Catégorie;Date création;Newsletter;Observations\r\n"
    "C1;;DE LA FONTAINE;Jean;2 rue du Lac;1000;BOURG-EN-BRESSE;France;0612345678;;J@x.fr;"
    "Particulier;03/05/2019;O;\r\n"
    "C2;SCEA du Lac;;;1 quai;68000;Colmar;France;;03 89 20 00 01;;CHR;31/02/2020;N;\r\n"
)


@pytest.fixture(autouse=True)
def _kept(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.PHONE_REGION = "FR"


@pytest.fixture
def table(db: None) -> SourceTable:
    source = setup.create_source("Cave", DataSource.Kind.ISAVIGNE, country="FR")
    table = source.tables.get(entity="customer")
    setup.attach_file(table, io.BytesIO(CUSTOMERS.encode("cp1252")), filename="clients.csv")
    return table


def test_isavigne_customers_are_mapped_by_themselves(table: SourceTable):
    mapping = versions.ensure_active(table)

    assert mapping is not None
    assert (mapping.origin, mapping.status) == ("built_in", "active")
    with readers.open_table(table, readers.inputs_of(table)) as reader:
        compiled = compile_mapping(mapping, reader.columns, table.source)
        done = compiled.apply(next(iter(reader.batches())))
    assert done.values["name"] == ["Jean de la Fontaine", None]
    assert done.values["postal_code"] == ["01000", "68000"]
    assert done.values["phone"] == [["+33612345678"], ["+33389200001"]]
    assert [(p.index, p.field, p.severity) for p in done.problems] == [(1, "created_on", "high")]
