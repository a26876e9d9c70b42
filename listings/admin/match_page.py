"""What the page of a match shows: both sides beside each other, and a draft to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backoffice.messaging import endings, window
from backoffice.messaging.models import Attachment, Channel
from listings.admin import listing_rows, source
from listings.admin.people import person
from listings.admin.trader_thread import TICKS, TONES
from listings.admin.traders_link import trader_link
from listings.market import suspicions, view
from listings.matching import drafts, identity, reasons, reposts, workflow, written
from listings.matching.scoring import Misfit
from listings.matching.sides import by_ids
from listings.models import Listing, Match, Suspicion
from listings.people import traders

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from backoffice.core.admin.staff import StaffRequest
    from backoffice.messaging.models import OutboundMessage
    from listings.matching.drafts import Draft
    from listings.models import Trader

MOST = 4096
_MOST_EARLIER = 5
# What the page reads of both sides at once.
_TRADERS = ("wanted__trader", "sale__trader", "changed_by")
# In which states a dialog makes sense; the workflow has the last word.
_POSSIBLE: dict[str, frozenset[str]] = {
    "dismiss": frozenset(Match.OPEN),
    "finish": frozenset({*Match.OPEN, Match.State.GONE}),
    "reopen": frozenset({Match.State.DISMISSED, Match.State.DONE}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both; ``tone`` says whether the offer has what is wanted."""

    label: str
    wanted: str
    offered: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to one side and what became of it."""

    message: OutboundMessage
    who: str
    link: str

    @property
    def tick(self) -> str:
        if endings.is_bad(self.message):
            return "error"
        return TICKS.get(self.message.status, "schedule")

    @property
    def tone(self) -> str:
        return TONES.get(self.message.status, "")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same offer in older messages: how many in words, and the newest of them."""

    told: str
    links: list[tuple[str, Listing]]


@dataclass(frozen=True, slots=True)
class Letter:
    """How one side may be written to now; ``problem`` says why it may not."""

    draft: Draft | None
    body: str
    is_open: bool
    heard_at: dt.datetime | None
    problem: str
    most: int = MOST

    @property
    def ago(self) -> str:
        return timesince(self.heard_at, depth=1) if self.heard_at else ""

    @property
    def left(self) -> str:
        return timeuntil(self.heard_at + window.LENGTH, depth=1) if self.heard_at else ""


@dataclass(frozen=True, slots=True)
class Side:
    """A listing, its trader, and what was or may be written to them."""

    name: drafts.Side
    title: str
    listing: Listing
    link: str
    trader_link: str
    price: str
    euros: str
    files: list[source.File]
    suspicions: list[str]
    sent: list[Sent]
    letter: Letter | None


def rows() -> Any:  # noqa: ANN401 - a queryset with what the page needs
    """Matches with all that is read of their two sides."""
    files = Attachment.objects.select_related("document")
    found = Match.objects.select_related(*_TRADERS, "wanted__message", "sale__message")
    return found.prefetch_related(
        Prefetch("wanted__message__attachments", files),
        Prefetch("sale__message__attachments", files),
        Prefetch("sale__suspicions", Suspicion.objects.filter(dismissed_at=None)),
        Prefetch("wanted__suspicions", Suspicion.objects.filter(dismissed_at=None)),
        "wanted__trader__addresses",
        "sale__trader__addresses",
    )


def context(request: StaffRequest, match: Match, typed: Mapping[str, str]) -> dict[str, Any]:
    """All that the page's template needs."""
    place = view.places([match.sale]).get(match.sale_id)
    verdict = workflow.standing(match)
    is_over = match.state not in Match.OPEN
    misfit = reasons.sentence(verdict.code, verdict.facts) if isinstance(verdict, Misfit) else ""
    may_write = (
        not is_over
        and request.user.has_perm(workflow.CONTACT)
        and request.user.has_perm("listings.write_trader")
    )
    if isinstance(verdict, Misfit) and (verdict.is_final or match.state == Match.State.PROPOSED):
        may_write = False
    return {
        "match": match,
        "decided_by": person(match.changed_by),
        "tone": score_tone(match.score),
        "reasons": reasons.told(match.reasons),
        # Of an open match: the facts have changed since it was found.
        "misfit": "" if is_over else misfit,
        "rows": _facts(match),
        "earlier": _earlier(match),
        "place": place,
        "place_short": listing_rows.short_place(place),
        "place_tone": listing_rows.place_tone(place),
        "sides": [_side(request, match, name, typed, may_write=may_write) for name in _ORDER],
    }


def dialogs(actions: Iterable[Any], match: Match) -> dict[str, dict[str, Any]]:
    """The page's dialogs by name, of those the person may open, in the match's state."""
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("listings_match_")
        if match.state in _POSSIBLE.get(name, frozenset()):
            link = reverse(f"admin:{action.action_name}", args=[match.pk])
            found[name] = {"title": action.description, "icon": action.icon, "path": link}
    return found


def score_tone(score: int) -> str:
    return "good" if score >= 85 else "fair" if score >= 65 else "low"  # noqa: PLR2004 - steps of colour


_ORDER: tuple[drafts.Side, ...] = ("buyer", "seller")


def _side(
    request: StaffRequest,
    match: Match,
    name: drafts.Side,
    typed: Mapping[str, str],
    *,
    may_write: bool,
) -> Side:
    listing = drafts.listing_of(match, name)
    sent = [_sent(request, row) for row in written.to_side(match.pk, name)]
    was_written = any(not endings.is_bad(one.message) for one in sent)
    letter = _letter(match, name, typed.get(name, "")) if may_write and not was_written else None
    return Side(
        name=name,
        title=_("The buyer looks for") if name == "buyer" else _("The seller offers"),
        listing=listing,
        link=reverse("admin:listings_listing_change", args=[listing.pk]),
        trader_link=trader_link(request, listing.trader),
        price=listing_rows.price(listing),
        euros=listing_rows.euros(listing),
        files=source.files_of(listing.message) if listing.message else [],
        suspicions=[suspicions.sentence(one) for one in listing.suspicions.all()],
        sent=sent,
        letter=letter,
    )


def _earlier(match: Match) -> Earlier | None:
    """The earlier posts of the offer, which the list does not show."""
    posts = reposts.earlier(match)
    if not posts:
        return None
    told = ngettext("and %(count)d earlier post", "and %(count)d earlier posts", len(posts))
    links = [
        (reverse("admin:listings_match_change", args=[post.pk]), post.sale)
        for post in posts[:_MOST_EARLIER]
    ]
    return Earlier(told % {"count": len(posts)}, links)


def _sent(request: StaffRequest, row: OutboundMessage) -> Sent:
    may_see = request.user.has_perm("messaging.view_outboundmessage")
    link = reverse("admin:messaging_outboundmessage_change", args=[row.pk]) if may_see else ""
    return Sent(row, person(row.author), link)


def _letter(match: Match, name: drafts.Side, typed: str) -> Letter:
    trader = drafts.listing_of(match, name).trader
    if trader is None:
        told = _("Nobody knows who wrote this listing: there is nobody to write to.")
        return Letter(None, "", is_open=False, heard_at=None, problem=told)
    draft = drafts.draft(match, name)
    problem = ""
    if not traders.recipient(trader):
        problem = _("No number or user id is known that is still in use.")
    heard_at = _heard_at(trader)
    is_open = heard_at is not None and timezone.now() - heard_at < window.LENGTH
    if draft is None and not is_open:
        problem = _("There is no message template for this: add one under “Message templates”.")
    body = typed or (draft.body if draft else "")
    return Letter(draft, body, is_open=is_open, heard_at=heard_at, problem=problem)


def _heard_at(trader: Trader) -> dt.datetime | None:
    used = [row.value for row in trader.addresses.all() if not row.is_former]
    moments = [window.last_heard(value, Channel.WHATSAPP_CLOUD) for value in used]
    return max((moment for moment in moments if moment), default=None)


def _facts(match: Match) -> list[Row]:
    """The facts of both beside each other; what neither says is left out."""
    wanted, offer = match.wanted, match.sale
    tones = _tones(match)
    shown = [
        *(
            Row(_label(name), _word(wanted, name), _word(offer, name), tones.get(name, ""))
            for name in ("brand", "model", "reference")
        ),
        Row(
            pgettext("match", "Budget and price"),
            _amount(wanted),
            _amount(offer),
            tones.get("price", ""),
        ),
        *(
            Row(_label(name), _word(wanted, name), _word(offer, name), tones.get(name, ""))
            for name in ("condition", "year", "size_mm", "movement", "box", "papers")
        ),
    ]
    return [row for row in shown if row.wanted or row.offered]


_CODES = {
    "price_within": ("price", "good"),
    "price_above": ("price", "doubtful"),
    "too_dear": ("price", "bad"),
    "reference": ("reference", "good"),
    "nickname": ("reference", "good"),
    "reference_any": ("reference", "good"),
    "reference_open": ("reference", "doubtful"),
    "reference_unknown": ("reference", "doubtful"),
    "model": ("model", "good"),
    "condition": ("condition", "good"),
    "condition_unknown": ("condition", "doubtful"),
    "condition_below": ("condition", "bad"),
    "condition_not_new": ("condition", "bad"),
    "year": ("year", "good"),
    "year_newer": ("year", "good"),
    "year_older": ("year", "doubtful"),
    "year_unknown": ("year", "doubtful"),
    "size": ("size_mm", "good"),
    "size_apart": ("size_mm", "bad"),
}


def _tones(match: Match) -> dict[str, str]:
    """Which facts agree, as they are now."""
    sides = by_ids([match.wanted_id, match.sale_id])
    wanted, offer = sides[match.wanted_id], sides[match.sale_id]
    verdict = workflow.standing(match)
    codes = (
        [verdict.code]
        if isinstance(verdict, Misfit)
        else [reason.code for reason in verdict.reasons]
    )
    found = dict(_CODES[code] for code in codes if code in _CODES)
    if identity.compare(wanted, offer) is None:
        found["reference" if wanted.reference and offer.reference else "model"] = "bad"
    for name in ("box", "papers"):
        if getattr(wanted, name):
            said = getattr(offer, name)
            found[name] = "doubtful" if said is None else "good" if said else "bad"
    return found


def _label(name: str) -> str:
    return capfirst(str(Listing._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # noqa: SLF001 - Django's public name


def _word(listing: Listing, name: str) -> str:
    value = getattr(listing, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "size_mm":
        return listing_rows.amount(value)
    choices = dict(Listing._meta.get_field(name).flatchoices)  # type: ignore[union-attr]  # noqa: SLF001 - as above
    return str(choices.get(value, value))


def _amount(listing: Listing) -> str:
    if listing.price is None:
        return ""
    euros = listing_rows.euros(listing)
    return f"{listing_rows.price(listing)} ({euros})" if euros else listing_rows.price(listing)
