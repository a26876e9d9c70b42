"""An answer says that its cheapest offer looks suspicious, and names the cheapest that does not."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from listings.asking import phrases
from listings.asking.answering import ask
from listings.asking.words import DATA, LANGUAGES
from listings.models import Listing, Suspicion
from listings.tests.market_cast import sale, trader

if TYPE_CHECKING:
    from listings.asking.answering import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Kind = Suspicion.Kind


def odd(listing: Listing, *kinds: Kind) -> Listing:
    for kind in kinds or (Kind.CHEAP,):
        Suspicion.objects.create(listing=listing, kind=kind)
    return listing


def cited(answer: Answer) -> set[int]:
    return {listing.pk for listing in answer.citations}


def test_the_cheapest_is_doubted_in_words_and_the_next_one_named():
    anna = trader("Anna")
    cheap = odd(sale(anna, price=2000), Kind.CHEAP, Kind.PHOTO)
    odd(sale(anna, price=3000))
    for price in (9000, 9500):
        sale(anna, price=price)
    sound = Listing.objects.get(price=9000)

    answer = ask("What is the cheapest Submariner?", limit=1)

    first, second = answer.text.splitlines()[:2]
    assert first.startswith("The cheapest: Rolex Submariner · 2,000 €")
    assert second.startswith(
        f"Careful: the offer at 2,000 € [{cheap.pk}] looks suspicious (far below the market, same"
        " photo as another sender’s). The cheapest without suspicion: Rolex Submariner · 9,000 €"
    )
    assert cited(answer) >= {cheap.pk, sound.pk}


def test_wherever_the_lowest_price_is_told_it_is_doubted():
    anna = trader("Anna")
    cheap, sound = odd(sale(anna, price=2000)), sale(anna, price=9000)

    lines = ask("Combien de Submariner à vendre ?").text.splitlines()

    assert lines[1].startswith(f"Prix de 2\u00a0000 € [{cheap.pk}]")
    assert lines[2].startswith(f"Attention : l’offre à 2\u00a0000 € [{cheap.pk}] paraît suspecte")
    assert lines[2].endswith(f"[{sound.pk}]")


def test_each_of_several_watches_is_doubted_by_itself():
    odd(sale(None, reference="116610LV", price="2000"))
    sale(None, reference="116610LV", price="15500")
    sale(None, reference="16610LV", price="14900")

    lines = ask("Is the Hulk cheaper than the Kermit?").text.splitlines()
    [hulk] = [
        line for line in lines if line.startswith("2 offers for sale: Rolex Submariner “Hulk”.")
    ]
    [kermit] = [line for line in lines if line.startswith("1 offer for sale")]

    assert ("Careful" in hulk, "Careful" in kermit) == (True, False)


def test_where_all_are_odd_none_is_named():
    odd(sale(None, price=2000))
    sale(None)

    assert "No offer with a price is above suspicion." in ask("cheapest Submariner").text


def test_a_dismissed_suspicion_and_one_of_a_dearer_offer_say_nothing():
    low, high = odd(sale(None, price=8000)), odd(sale(None, price=9000))
    Suspicion.objects.filter(listing=low).update(dismissed_at=timezone.now())

    answer = ask("cheapest Submariner")

    assert ("Careful" in answer.text, high.pk in cited(answer)) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_suspicion_has_words(language: str):
    facts = phrases.of(language).facts

    assert [kind for kind in Kind.values if not facts.get(f"odd_{kind}")] == []


def test_every_answer_has_its_words_in_every_language():
    with (DATA / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]

    assert [row["name"] for row in rows if not all(row.values()) or None in row] == []
