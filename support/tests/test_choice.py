"""Which template a draft begins with: category, language, tone, and whether an order is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import translation

from support import seed_templates
from support.drafting import choice, placeholders
from support.models import Category, Draft, ReplyTemplate
from support.tests.replies import ORDER
from support.triage import Assessment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

    from support.drafting.choice import Choice
    from support.order_lookup.order_facts import OrderFacts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def category() -> Category:
    return Category.objects.create(key="Annulation", name="Annulation")


def template(category: Category, language: str = "fr", **fields: object) -> ReplyTemplate:
    given: dict[str, object] = {"name": f"{language} {fields}", "body": "Bonjour {order_number},"}
    return ReplyTemplate.objects.create(category=category, language=language, **given | fields)


def chosen(
    category: Category,
    language: str = "fr",
    *,
    order: OrderFacts | None = ORDER,
    **asked: object,
) -> Choice:
    draft = Draft(**asked)
    assessment = Assessment(category, 0.9, "rules", language, order=order)
    return choice.choose(draft, assessment)


def test_the_lowest_position_in_the_customers_language_is_taken(category: Category):
    template(category, position=5)
    template(category, "en", position=0)
    first = template(category, position=1)
    template(category, position=0, is_active=False)

    found = chosen(category)
    assert (found.template, found.notes) == (first, [])


@pytest.mark.parametrize(
    ("there", "taken"), [(["es", "en", "fr"], "fr"), (["ar", "en"], "en"), (["ar"], "ar")]
)
def test_without_the_language_french_then_english_then_any_is_taken(
    category: Category, there: list[str], taken: str
):
    for language in there:
        template(category, language)

    found = chosen(category, "ar-Latn")
    assert found.template is not None
    assert found.template.language == taken
    labels = {"fr": "French", "en": "English", "ar": "Arabic"}
    assert found.notes == [
        f"The customer writes in: Darija in Latin letters. The template is in: {labels[taken]}."
    ]


def test_without_any_the_one_for_what_fits_nowhere_is_taken(category: Category):
    found = chosen(category)

    assert found.template is not None
    assert found.template.category.is_fallback
    assert found.notes == [
        "There is no template for “Annulation”: this is one for what fits nowhere."
    ]


def test_without_any_at_all_a_person_writes(category: Category):
    ReplyTemplate.objects.update(is_active=False)
    found = chosen(category)

    assert found.template is None
    assert found.notes == ["There is no active template for “Annulation”: write the reply by hand."]


def test_a_tone_is_taken_where_there_is_one(category: Category):
    neutral = template(category)
    warm = template(category, tone="warm", position=9)

    assert chosen(category, tone="warm").template == warm
    brief = chosen(category, tone="brief")
    assert (brief.template, brief.notes) == (
        neutral,
        ["There is no template in the tone “brief” for this."],
    )


def test_what_was_asked_for_is_taken_even_when_it_is_not_in_use(category: Category):
    asked = template(category, "en", is_active=False)
    found = chosen(category, asked_template=asked)

    assert found.template == asked
    assert found.notes == ["The customer writes in: French. The template is in: English."]


def test_without_an_order_one_that_needs_none_goes_first(category: Category):
    first = template(category)
    orderless = template(category, body="Bonjour, quel est le numéro ?", position=90)

    assert chosen(category).template == first
    found = chosen(category, order=None)
    assert (found.template, found.asks_for_order) == (orderless, True)


def test_a_choice_is_one_query(
    category: Category, django_assert_num_queries: DjangoAssertNumQueries
):
    for position in range(3):
        template(category, position=position)
    with django_assert_num_queries(1):
        chosen(category)


TODAY = dt.date(2026, 4, 8)


@pytest.mark.parametrize(
    ("status", "due", "state"),
    [
        ("en transit", TODAY, "not_due"),
        ("en préparation", TODAY + dt.timedelta(days=9), "not_due"),
        ("en transit", TODAY - dt.timedelta(days=1), ""),
        ("en transit", None, ""),
        ("chez Paul", None, ""),
        ("livrée", TODAY + dt.timedelta(days=9), "delivered"),
        ("remboursée", TODAY, "ended"),
        ("annulée", None, "ended"),
    ],
)
def test_an_orders_state_is_told_by_its_status_and_its_date(
    status: str, due: dt.date | None, state: str
):
    with time_machine.travel(dt.datetime(2026, 4, 8, 10, tzinfo=dt.UTC)):
        assert choice.state_of(replace(ORDER, status=status, delivery_date=due)) == state


def test_a_template_for_the_state_of_the_order_goes_first(category: Category):
    template(category, position=0, tone="formal")
    delivered = template(category, position=50, suits="delivered")
    template(category, position=1, suits="ended")
    order = replace(ORDER, status="livrée")

    assert chosen(category, order=order).template == delivered
    # The right words in another tone, and a remark.
    asked = chosen(category, order=order, tone="formal")
    assert (asked.template, len(asked.notes)) == (delivered, 1)


def test_a_template_for_another_state_is_never_taken(category: Category):
    template(category, position=0, suits="delivered")
    found = chosen(category)

    assert found.template is not None
    assert found.template.category.is_fallback
    assert chosen(category, order=None).template == found.template


LATE, REFUND, DEFECT = "Retard de livraison", "Remboursement", "Produit défectueux"


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
@pytest.mark.parametrize(
    ("key", "state"),
    [
        (LATE, "delivered"),
        (LATE, "not_due"),
        (LATE, "ended"),
        (REFUND, "ended"),
        (DEFECT, "not_due"),
    ],
)
def test_a_new_shop_has_a_reply_for_each_state_that_matters(key: str, state: str, language: str):
    rows = ReplyTemplate.objects.filter(category__key=key, language=language, suits=state)
    assert [row.settles for row in rows] == [False]
    assert not placeholders.unknown_in(rows[0].body)


def test_seeds_that_staff_edited_are_left_alone():
    edited = ReplyTemplate.objects.get(category__key=LATE, language="fr", suits="not_due")
    ReplyTemplate.objects.filter(pk=edited.pk).update(body="Bonjour,", suits="")
    seed_templates.suit(apps, connection.schema_editor())

    edited.refresh_from_db()
    assert (edited.body, edited.suits) == ("Bonjour,", "")


def test_only_texts_that_were_shipped_are_reworded():
    row = ReplyTemplate.objects.get(category__key=LATE, language="fr", suits="ended")
    now = row.body
    for body, expected in (("Ancien texte", now), ("Texte de l'équipe", "Texte de l'équipe")):
        ReplyTemplate.objects.filter(pk=row.pk).update(body=body, settles=True)
        replaced = {seed_templates.digest("Ancien texte")}
        seed_templates.reword(apps, connection.schema_editor(), replaced=replaced)
        row.refresh_from_db()
        assert (row.body, row.settles) == (expected, True)
