"""A month of the traders' desk, to try it with: traders, offers, photos, rates and answers.

People, firms and offers are invented; telephone numbers come from ranges that belong to nobody.
Times are told from now, so that nothing of it is ever stale.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.messaging.models import Channel, InboundMessage
from backoffice.messaging.tasks import process_message
from crm import customers
from crm.models import Customer
from listings.deciding import workflow
from listings.demo import messages, rates
from listings.demo.messages import MINUTE, Written
from listings.market import suspicions
from listings.matching import finding
from listings.matching import workflow as matches
from listings.models import Listing, Match, Trader, TraderAddress

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
AUTHOR = "demo.lea"
CONFIRMED_AFTER = dt.timedelta(hours=200)


def load() -> str:
    """Traders and what they wrote, through the door that real messages take after the webhook.

    Leaves a database alone in which there is a trader, or anything that no demo has loaded.
    Returns a sentence that says what was done.
    """
    if _is_in_use():
        return _("Listings: the database is in use, no demo data loaded.")
    # Notes are kept: in the company's language, whoever loads the demo.
    with translation.override(settings.LANGUAGE_CODE):
        rates.load()
        now = timezone.now()
        author = _author()
        _play(written(now), author)
        _follow_up()
        _decide(now, author)
    return _("Listings: %(listings)d listings of %(traders)d traders loaded as demo data.") % {
        "listings": Listing.objects.count(),
        "traders": Trader.objects.count(),
    }


def written(now: dt.datetime) -> list[Written]:
    """All messages in the order in which they were written; hours are counted back from ``now``."""
    people: list[dict[str, Any]] = json.loads((HERE / "traders.json").read_text(encoding="utf-8"))
    found = [
        Written(person, facts, now - dt.timedelta(hours=facts["hours"]))
        for person in people
        for facts in person["messages"]
    ]
    return sorted(found, key=lambda one: one.at)


def _play(said: Iterable[Written], author: User) -> None:
    for one in said:
        if one.is_ours:
            messages.answer(one, _trader(one.person), author)
            continue
        message = messages.receive(one)
        process_message(message.pk)
        moment = {"received_at": one.at, "processed_at": one.at + MINUTE}
        InboundMessage.objects.filter(pk=message.pk).update(**moment)
        _know(one.person)


def _follow_up() -> None:
    """What the worker would do next: no page of the demo waits for it."""
    ids = Listing.objects.order_by("offered_at", "pk").values_list("pk", flat=True)
    # Each search meets all offers: what is for sale need not look as well.
    for listing_id in ids.filter(type=Listing.Type.WANTED):
        finding.find(listing_id)
    for listing_id in ids:
        suspicions.examine(listing_id)


def _decide(now: dt.datetime, author: User) -> None:
    """What staff did: the older offers are confirmed, a watch is sold, two matches put aside."""
    older = Listing.objects.filter(offered_at__lt=now - CONFIRMED_AFTER).order_by("pk")
    for listing_id in older.values_list("pk", flat=True):
        workflow.confirm(listing_id, by=author)
    workflow.mark_sold(Listing.objects.get(reference="M25707B").pk, by=author)
    worst = Match.objects.filter(state=Match.State.PROPOSED).order_by("score", "pk")
    for match_id in worst.values_list("pk", flat=True)[:2]:
        matches.dismiss(match_id, by=author, note=_("Bought elsewhere."))


def _know(person: dict[str, Any]) -> None:
    """What staff know of a trader: the language, and who of our customers it is."""
    trader = _trader(person)
    if trader.language:
        return
    Trader.objects.filter(pk=trader.pk).update(language=person["language"])
    if "customer" not in person:
        return
    customer = customers.register(
        name=person["name"], company=person["customer"], phone=person["phone"], country="FR"
    )
    Customer.objects.filter(pk=customer.pk).update(notes=_("Demo data: this customer is invented."))
    Trader.objects.filter(pk=trader.pk).update(customer=customer)


def _trader(person: dict[str, Any]) -> Trader:
    value = person.get("user_id") or person["phone"]
    return TraderAddress.objects.select_related("trader").get(value=value).trader


def _author() -> User:
    """Somebody of the demo's staff, who cannot sign in."""
    names = {"first_name": "Léa", "last_name": "Marchetti", "is_staff": True}
    user, is_new = User.objects.get_or_create(username=AUTHOR, defaults=names)
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.groups.add(*Group.objects.filter(name="Commercial"))
    return user


def _is_in_use() -> bool:
    """Whether this desk has anything, or there are customers and none of them is a demo's."""
    if Trader.objects.exists() or Listing.objects.exists():
        return True
    if InboundMessage.objects.filter(channel=Channel.WHATSAPP_CLOUD).exists():
        return True
    marks = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            marks.add(_("Demo data: this customer is invented."))
    is_demo = Customer.objects.filter(notes__in=marks).exists()
    return Customer.objects.exists() and not is_demo
