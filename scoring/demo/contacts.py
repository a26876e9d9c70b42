"""Mailings, visits to the website and calls of the demo's customers, round what they bought.

People who are about to buy look round before, and open what they are sent; those who left do not.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Customer, Interaction, Sale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    # Day, channel, status, campaign or subject.
    Made = tuple[dt.date, str, str, str]

SOURCE: Final = "demo"
# A mailing every four weeks, for somewhat more than a year; not all get it on the same day.
MAILINGS, APART = 14, 28
# How often a mailing is opened, by the most days until the next purchase; else by the last.
OPENED: Final = ((40, 0.6), (90, 0.25))
SELDOM: Final = 0.05
# Days before a purchase in which somebody looks round, and how often in all.
LOOKING, LOOKS = 21, (0, 0, 0, 0, 0, 1, 2)
# Of the purchases, so many are talked over before.
CALLED: Final = 0.08
# Looking round without buying: chance by customer.
CURIOUS: Final = 0.5
# After so many of the usual days between two purchases without one, somebody is taken to be gone.
GONE: Final = 1.4
# Of those who bought once only.
USUAL: Final = 120


def load(today: dt.date) -> int:
    """Write a year of contacts of all customers; how many."""
    bought: dict[int, list[dt.date]] = {pk: [] for pk in _living().values_list("pk", flat=True)}
    for customer, day in Sale.objects.values_list("customer", "sold_on").distinct():
        if customer in bought:
            bought[customer].append(day)
    mailed = set(
        _living().filter(consent_email=True, identities__kind="email").values_list("pk", flat=True)
    )
    chance = random.Random(1855)  # noqa: S311 - nothing secret about invented people
    rows = []
    for pk, days in sorted(bought.items()):
        buys = sorted(days)
        buys += _next(chance, buys, today)
        made = [*_visits(chance, buys, today), *_calls(chance, buys)]
        made += _mailings(chance, buys, today) if pk in mailed else []
        rows += [_row(chance, pk, one) for one in made if one[0] < today]
    for number, row in enumerate(rows, start=1):
        row.external_ref = f"lead-{number}"
    return len(Interaction.objects.bulk_create(rows))


def _living() -> QuerySet[Customer]:
    return Customer.objects.filter(archived_at=None, merged_into=None).order_by("pk")


def _next(chance: random.Random, buys: Sequence[dt.date], today: dt.date) -> list[dt.date]:
    """When the customer will buy next, as nobody knows yet; nothing of who is gone."""
    if not buys:
        return []
    usual = (buys[-1] - buys[0]).days // (len(buys) - 1) if len(buys) > 1 else USUAL
    since = (today - buys[-1]).days
    if since > GONE * usual:
        return []
    return [today + dt.timedelta(days=max(usual - since, 0) + chance.randrange(3, 20))]


def _visits(chance: random.Random, buys: Sequence[dt.date], today: dt.date) -> Iterator[Made]:
    for day in buys:
        for _look in range(chance.choice(LOOKS)):
            yield _before(day, chance.randrange(1, LOOKING)), "visit", "done", _("Wine list")
    if chance.random() < CURIOUS:
        ago = chance.randrange(1, MAILINGS * APART)
        yield _before(today, ago), "visit", "done", _("Opening hours")


def _calls(chance: random.Random, buys: Sequence[dt.date]) -> Iterator[Made]:
    for day in buys:
        if chance.random() < CALLED:
            yield _before(day, chance.randrange(1, 8)), "call", "done", _("Asks for prices")


def _mailings(chance: random.Random, buys: Sequence[dt.date], today: dt.date) -> Iterator[Made]:
    first = chance.randrange(APART)
    for number in range(MAILINGS):
        day = _before(today, first + APART * number)
        wait = min(((buy - day).days for buy in buys if buy > day), default=None)
        likely = next((one for days, one in OPENED if wait is not None and wait <= days), SELDOM)
        status = "opened" if chance.random() < likely else "delivered"
        yield day, "email", status, _("News from the cellar")


def _before(day: dt.date, days: int) -> dt.date:
    return day - dt.timedelta(days=days)


def _row(chance: random.Random, customer_id: int, made: Made) -> Interaction:
    day, channel, status, subject = made
    moment = dt.time(chance.randrange(8, 19), chance.randrange(60))
    return Interaction(
        customer_id=customer_id,
        occurred_at=timezone.make_aware(dt.datetime.combine(day, moment)),
        channel=channel,
        status=status,
        subject=subject,
        campaign=subject if channel == "email" else "",
        source=SOURCE,
    )
