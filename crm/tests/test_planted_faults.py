from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import time_machine

from crm.models import Anomaly, Customer, FieldMapping, MappingRule, Sale, SourceTable, StagedRow
from crm.quality import quarantine
from crm.sources import setup
from crm.sync import engine, requests
from crm.tests.planted_faults import COPIES, SIZES, TODAY, Estate, plant

if TYPE_CHECKING:
    from crm.models import DataSource

pytestmark = pytest.mark.django_db


def an_estate(estate: Estate) -> DataSource:
    source = setup.create_source("Domaine", "files", country="FR", currency="EUR")
    for entity in SIZES:
        table = setup.add_table(source, entity)
        give(table, estate.as_csv(entity))
        mapping = FieldMapping.objects.create(table=table, version=1, status="active")
        MappingRule.objects.bulk_create(
            MappingRule(mapping=mapping, position=place, field=name, columns=[name])
            for place, name in enumerate(estate.rows[entity][0])
        )
    return source


def give(table: SourceTable, data: bytes) -> None:
    setup.attach_file(table, io.BytesIO(data), filename=f"{table.entity}.csv")


def sync(source: DataSource) -> None:
    run = requests.request(source, in_background=False)
    assert engine.advance(run.pk)
    errors = [row.error for row in run.table_runs.all()]
    run.status = "done"
    run.save(update_fields=["status"])
    assert errors == [""] * len(errors)


def rerun(table: SourceTable) -> None:
    run = quarantine.rerun(table, None)
    assert engine.advance(run.pk)
    run.status = "done"
    run.save(update_fields=["status"])


def told() -> Counter[tuple[str, int | None, str, str]]:
    rows = Anomaly.objects.filter(state="open").select_related("table")
    return Counter((row.table.entity, row.row_number, row.code, row.severity) for row in rows)


def planted(estate: Estate) -> Counter[tuple[str, int | None, str, str]]:
    return Counter((one.entity, one.number, one.code, one.severity) for one in estate.faults)


@time_machine.travel(TODAY, tick=True)
def test_a_thousand_planted_faults_are_each_listed_once_and_each_mendable():
    estate = plant(seed=7)
    source = an_estate(estate)

    sync(source)

    assert told() - planted(estate) == Counter()
    assert planted(estate) - told() == Counter()
    assert planted(estate).total() == 1000

    # Seen again, they are the same ones.
    first = list(Anomaly.objects.order_by("pk").values_list("pk", "fingerprint"))
    waiting = list(StagedRow.objects.order_by("pk").values_list("pk", flat=True))
    sync(source)
    assert list(Anomaly.objects.order_by("pk").values_list("pk", "fingerprint")) == first
    assert list(StagedRow.objects.order_by("pk").values_list("pk", flat=True)) == waiting
    assert told() == planted(estate)

    # The refused ones are mended in place, and only they are run again.
    mend_all(estate)
    assert told() == Counter(one for one in planted(estate).elements() if one[3] != "critical")
    assert Sale.objects.count() == SIZES["sale"] + COPIES
    assert Customer.objects.count() == SIZES["customer"] + COPIES

    # The source goes on sending the bad rows: they are read as mended.
    sync(source)
    assert StagedRow.objects.exclude(state="mended").count() == 0
    assert Sale.objects.count() == SIZES["sale"] + COPIES

    # The others are mended in the source.
    for table in source.tables.all():
        give(table, estate.mended(table.entity))
    sync(source)
    assert told() == Counter()


def mend_all(estate: Estate) -> None:
    good = {(one.entity, one.number): one.good for one in estate.faults}
    for table in SourceTable.objects.order_by("position"):
        rows = list(table.staged_rows.all())
        assert {row.state for row in rows} == {"waiting"}
        for row in rows:
            quarantine.mend(row.pk, dict(good[table.entity, row.row_number]), None)
        rerun(table)
        assert not quarantine.runnable(table).exists()
