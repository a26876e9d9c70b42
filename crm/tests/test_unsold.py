"""Lines that are no sales: left out where we never had them, worth nothing where we did."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm import tasks
from crm.mapping import suggest
from crm.mapping.builtin.odoo import TEMPLATES
from crm.mapping.builtin.templates import filled
from crm.mapping.compiled import CompiledMapping
from crm.mapping.context import Context
from crm.models import (
    Anomaly,
    DataSource,
    Entity,
    Sale,
    SourceRecord,
    StagedRow,
    SyncRun,
    TableRun,
)
from crm.sources.batches import Batch
from crm.sync.undoing import undo
from crm.tests.syncing import give, make_source, sync

pytestmark = pytest.mark.django_db
HEAD = "Ligne;Client;Article;Date;Quantité;Montant;Vendu"


@pytest.fixture
def shop() -> DataSource:
    source = make_source()
    give(source, "customer", "Code;Nom", "C1;Anne Martin")
    give(source, "product", "Code;Nom;Bouteilles;Coût", "P1;Chinon;1;4")
    return source


def told(run: SyncRun) -> tuple[int, ...]:
    row = TableRun.objects.get(run=run, table__entity="sale")
    return (row.read, row.created, row.updated, row.unchanged, row.rejected, row.left_out)


def figures() -> dict[str, tuple[Decimal | None, ...]]:
    rows = Sale.objects.values_list("external_ref", "quantity", "bottles", "amount", "cost")
    return {ref: tuple(rest) for ref, *rest in rows}


def test_a_quotation_is_left_out_whatever_else_it_says(shop: DataSource) -> None:
    give(
        shop,
        "sale",
        HEAD,
        "1;C1;P1;03/05/2026;6;60;oui",
        "2;C1;P1;03/05/2026;6;60;non",
        "3;nobody;nothing;someday;many;;non",
        ";C1;P1;03/05/2026;1;10;non",
        "4;C1;P1;03/05/2026;1;10;",
    )

    run = sync(shop)

    assert told(run) == (5, 2, 0, 0, 0, 3)
    assert set(figures()) == {"1", "4"}
    assert not StagedRow.objects.exists()
    assert not Anomaly.objects.exists()
    assert set(SourceRecord.objects.filter(entity="sale").values_list("key", flat=True)) == {
        "1",
        "4",
    }


def test_a_sale_that_is_cancelled_counts_for_nothing_and_can_be_taken_back(
    shop: DataSource,
) -> None:
    give(shop, "sale", HEAD, "1;C1;P1;03/05/2026;6;60;oui", "2;C1;P1;03/05/2026;2;20;oui")
    sync(shop)
    was = figures()
    give(shop, "sale", HEAD, "1;C9;P9;;;;non", "2;C1;P1;03/05/2026;2;20;oui")

    run = sync(shop)

    assert told(run) == (2, 0, 1, 1, 0, 0)
    nothing = (Decimal(0),) * 4
    assert figures() == {"1": nothing, "2": was["2"]}
    sale = Sale.objects.get(external_ref="1")
    assert (sale.customer.name, str(sale.sold_on)) == ("Anne Martin", "2026-05-03")
    again = sync(shop)
    assert told(again) == (2, 0, 0, 2, 0, 0)
    undo.request_undo(run.pk, by=None)
    tasks.undo(run.pk)
    assert figures() == was


def test_a_cancelled_line_counts_for_nothing_whatever_the_policies(shop: DataSource) -> None:
    policies = {"quantity": "keep", "amount": "fill_empty"}
    lines = "1;C1;P1;03/05/2026;6;60;{}"
    give(shop, "sale", HEAD, lines.format("oui"), policies=policies)
    sync(shop)
    give(shop, "sale", HEAD, lines.format("non"))

    sync(shop)

    assert figures() == {"1": (Decimal(0),) * 4}


def test_a_sale_typed_in_before_is_known_too(shop: DataSource) -> None:
    give(shop, "sale", HEAD, "1;C1;P1;03/05/2026;6;60;oui")
    sync(shop)
    SourceRecord.objects.filter(entity="sale").delete()
    give(shop, "sale", HEAD, "1;C1;P1;03/05/2026;6;60;non")

    run = sync(shop)

    assert told(run) == (1, 0, 1, 0, 0, 0)
    assert figures() == {"1": (Decimal(0),) * 4}


def test_a_quotation_never_takes_the_key_of_its_order(shop: DataSource) -> None:
    lines = [HEAD, "1;C1;P1;01/05/2026;6;60;non", "1;C1;P1;03/05/2026;6;60;oui"]
    give(shop, "sale", *lines)

    run = sync(shop)

    assert told(run) == (2, 1, 0, 0, 0, 1)
    assert str(Sale.objects.get().sold_on) == "2026-05-03"


def test_a_line_becomes_a_sale_when_its_quotation_is_confirmed(shop: DataSource) -> None:
    give(shop, "sale", HEAD, "1;C1;P1;03/05/2026;6;60;non")
    sync(shop)
    give(shop, "sale", HEAD, "1;C1;P1;03/05/2026;6;60;oui")

    assert told(sync(shop)) == (1, 1, 0, 0, 0, 0)


CONTEXT = Context(country="FR", currency="EUR", numbers="fr", dates="dmy")
COLUMNS = ("N° ligne", "Code client", "Code article", "Date", "Quantité", "Montant HT")


@pytest.mark.parametrize(
    ("heading", "words", "flags"),
    [
        ("Statut", ("Validée", "Annulée", "Devis"), [True, False, False]),
        ("Type pièce", ("Facture", "PROFORMA", "Avoir"), [True, False, True]),
        ("Order Status", ("wc-completed", "wc-cancelled", ""), [True, False, None]),
        ("État", ("Livré", "brouillon", "Payé"), [True, False, True]),
    ],
)
def test_a_column_of_states_says_what_is_a_sale(
    heading: str, words: tuple[str, ...], flags: list[bool | None]
) -> None:
    rows: list[tuple[str, ...]] = [
        (str(n), f"C{n}", f"P{n}", "03/05/2026", "6", "60,00", word) for n, word in enumerate(words)
    ]

    rules = suggest.suggest("sale", (*COLUMNS, heading), rows, CONTEXT)

    chosen = [rule for rule in rules if rule.field == "is_sale"]
    mapping = CompiledMapping("sale", chosen, (*COLUMNS, heading), CONTEXT)
    done = mapping.apply(Batch(rows, [1, 2, 3], {}))
    assert done.values["is_sale"] == flags
    assert not done.problems


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Statut", ("Pro", "Particulier", "CHR")), ("Type", ("Rouge", "Blanc", "Rosé"))],
)
def test_a_column_of_other_words_says_nothing_of_sales(
    heading: str, words: tuple[str, ...]
) -> None:
    rows = [(str(n), f"C{n}", f"P{n}", "03/05/2026", "6", "60", w) for n, w in enumerate(words)]

    rules = suggest.suggest("sale", (*COLUMNS, heading), rows, CONTEXT)

    assert "is_sale" not in {rule.field for rule in rules}


def test_the_states_of_odoo_in_both_languages() -> None:
    columns = ("External ID", "Statut de la commande")
    rules = filled(TEMPLATES[Entity.SALE], columns)
    words = ("Devis", "Devis envoyé", "Bon de commande", "Verrouillé", "Annulé", "sent", "sale")
    mapping = CompiledMapping("sale", [r for r in rules if r.field == "is_sale"], columns, CONTEXT)
    rows: list[tuple[str, ...]] = [("x", word) for word in words]

    done = mapping.apply(Batch(rows, [*range(len(rows))], {}))

    assert done.values["is_sale"] == [False, False, True, True, False, False, True]
    assert not done.problems
