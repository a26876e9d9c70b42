"""A watch that its trader marks as reserved is proposed to nobody until it is offered again."""

from __future__ import annotations

import pytest

from listings.matching import finding, reasons
from listings.matching.reserved import is_marked
from listings.models import Listing, Match
from listings.tests import market_cast as cast

pytestmark = pytest.mark.usefixtures("english")

OFFER = "FS Rolex Submariner 126610LN 2022 full set 10.900 €"


@pytest.mark.parametrize(
    "text",
    [
        f"{OFFER} RESERVED",
        f"RESERVED - {OFFER}",
        f"Reserved\n{OFFER}",
        f"{OFFER}\nréservée",
        f"{OFFER} (réservé)",
        f"{OFFER} on hold",
        f"{OFFER} reserviert!",
        f"{OFFER}, riservato",
        f"Reservado: {OFFER}",
        f"{OFFER} ~reserved~",
    ],
)
def test_a_mark_is_read(text: str):
    assert is_marked(text)


@pytest.mark.parametrize(
    "text",
    [
        OFFER,
        f"{OFFER}, not reserved",
        f"{OFFER}, no longer reserved",
        f"{OFFER}, price reserved for members",
        f"{OFFER}, 72h de réserve",
        f"Réserve de marche 72 h, {OFFER}",
        f"{OFFER}, no reserve",
    ],
)
def test_what_marks_nothing_is_none(text: str):
    assert not is_marked(text)


@pytest.mark.django_db
def test_a_reserved_watch_is_proposed_once_it_is_offered_again():
    cast.written(cast.trader("Hugo"), "Cherche Rolex Submariner 126610LN, budget 11 500 €")
    [sale] = cast.written(cast.trader("Oliver"), f"{OFFER} RESERVED")

    finding.find(sale.pk)
    assert Match.objects.count() == 0

    Listing.objects.filter(pk=sale.pk).update(text=OFFER)
    finding.find(sale.pk)
    assert Match.objects.get().state == Match.State.PROPOSED


@pytest.mark.django_db
def test_what_is_proposed_goes_and_talks_under_way_go_on():
    [search] = cast.written(cast.trader("Hugo"), "Cherche Rolex Submariner 126610LN, 11 500 €")
    rows = [cast.written(cast.trader(name), OFFER)[0] for name in ("Oliver", "Salma")]
    finding.find(search.pk)
    Match.objects.filter(sale=rows[1]).update(state=Match.State.CONTACTED)

    Listing.objects.update(text=f"{OFFER} RESERVED")
    finding.find(search.pk)

    gone, under_way = (Match.objects.get(sale=row) for row in rows)
    assert (gone.state, under_way.state) == (Match.State.GONE, Match.State.CONTACTED)
    told = [reason.sentence for reason in reasons.told(gone.reasons)]
    assert told[-1] == "The trader wrote that the watch is reserved."
