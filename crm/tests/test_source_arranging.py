"""Tables that are changed, joined and removed: before rows are taken over, and no later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from backoffice.core.errors import DomainError
from crm.models import Anomaly, SourceTable, StagedRow
from crm.sources import arranging
from crm.sync import requests
from crm.tests.syncing import counts, give, make_source, sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.models import DataSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> DataSource:
    """Its products were taken for customers: all of them were refused."""
    source = make_source()
    give(source, "customer", "Code;Nom;Mail", ";Chablis 2022;x", ";Meursault 2021;y")
    give(source, "product", "Code;Nom", "P1;Volnay")
    assert counts(sync(source))["customer"] == (2, 0, 0, 0, 2)
    return source


def table(source: DataSource, entity: str = "customer") -> SourceTable:
    return source.tables.get(entity=entity)


def join(source: DataSource) -> None:
    file, wines = table(source).files.get(), table(source, "product")
    arranging.join(file.pk, to_table_id=wines.pk, join_from="Code", join_to="Code")


@pytest.mark.parametrize(
    "change",
    [
        lambda source: arranging.hold(table(source).pk, "stock"),
        lambda source: arranging.remove_table(table(source).pk),
        join,
    ],
    ids=["hold", "remove", "join"],
)
def test_a_table_whose_rows_were_all_refused_can_still_be_changed(
    source: DataSource, change: Callable[[DataSource], object]
):
    change(source)

    assert not source.tables.filter(entity="customer").exists()
    assert (StagedRow.objects.count(), Anomaly.objects.count()) == (0, 0)


def test_a_table_that_was_taken_over_stays_what_it_is(source: DataSource):
    wines = table(source, "product")

    for change in (
        lambda: arranging.hold(wines.pk, "stock"),
        lambda: arranging.remove_table(wines.pk),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.code == "synced"


def test_a_sync_of_a_table_that_was_just_removed_is_to_be_asked_for_again(source: DataSource):
    gone = table(source)
    inputs: dict[int, dict[str, Any]] = {gone.pk: {"files": []}}
    arranging.remove_table(gone.pk)

    with pytest.raises(DomainError) as refused:
        requests.begin(source, [gone], inputs, kind="full")  # type: ignore[arg-type]

    assert (refused.value.code, refused.value.conflict) == ("changed", True)
