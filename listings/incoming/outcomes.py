"""What a message was to this desk, and why in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.messaging import desks
from backoffice.messaging.desks import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.utils.functional import _StrPromise

    from backoffice.messaging.cloud.facts import CloudFacts
    from backoffice.messaging.content import ReadDocument
    from backoffice.messaging.models import InboundMessage
    from listings.incoming.sources import Seen
    from listings.incoming.writing import Written
    from listings.models import Listing, Trader

LISTING, TALK, PHOTO, EDIT = "listing", "talk", "photo", "edit"
DELETION, CHANGE, CONTACT, REACTION = "deletion", "number_change", "contact", "reaction"
ANSWER, SOLD = "answer", "sold"
LABELS: Final[dict[str, _StrPromise]] = {
    LISTING: gettext_lazy("watches"),
    TALK: gettext_lazy("no watch"),
    PHOTO: gettext_lazy("photo"),
    EDIT: gettext_lazy("edited message"),
    DELETION: gettext_lazy("deleted message"),
    CHANGE: gettext_lazy("change of number"),
    CONTACT: gettext_lazy("contact"),
    REACTION: gettext_lazy("reaction"),
    ANSWER: gettext_lazy("answer to us"),
    SOLD: gettext_lazy("sold"),
}
# WhatsApp's words for what mostly shows a watch and says nothing.
PICTURES: Final = frozenset({"image", "video", "sticker"})
_NAMED: Final = 3


def done(kind: str, reason: str = "") -> Outcome:
    return Outcome("done", kind=kind, reason=reason)


def waits(kind: str, reason: str) -> Outcome:
    return Outcome("needs_attention", kind=kind, reason=reason)


def is_emptied(message: InboundMessage) -> bool:
    """Whether its words were removed, for its age or on request."""
    return not message.body and not message.raw


def emptied(message: InboundMessage) -> Outcome:
    """The outcome of a message whose words are gone: what it was stays said."""
    return done(message.kind, _("The message's words were removed: there is nothing to read."))


def of_deletion(rows: list[Listing], *, is_known: bool) -> str:
    """What the deletion of a message took with it, in a sentence."""
    if not is_known:
        return _("The trader deleted a message that is not here (yet).")
    if not rows:
        return _("The trader deleted a message that named no watch.")
    return _("The trader deleted: %(names)s") % {"names": names_of(rows)}


def of_deletion_elsewhere(first: InboundMessage) -> str:
    """What the deletion of a message that was moved away means here."""
    told = _("The trader deleted a message that is at the desk “%(desk)s”.")
    return told % {"desk": desks.label(first.desk)}


def of_notice(facts: CloudFacts) -> Outcome:
    """What a message without an offer was."""
    if facts.type == "reaction":
        return done(REACTION, facts.emoji or _("The reaction was taken back."))
    if facts.phones or facts.user_ids:
        return done(CONTACT, _("The sender shared their own number."))
    if facts.type == "contacts":
        return done(CONTACT, _("Somebody's contact: nothing says that it is the sender's own."))
    return done(TALK, _("It names no watch."))


def answer(message: InboundMessage, documents: Iterable[ReadDocument] = ()) -> str:
    """Why a person should look at an answer to us, with the first words of it or of its files."""
    texts = [message.body, *(one.text for one in documents if one.key != "body")]
    words = " ".join(" ".join(texts).split())[:80]
    if not words:
        return _("An answer to what we wrote, without words. Please look at it and go on.")
    told = _("An answer to what we wrote: “%(words)s”. Please read it and go on.")
    return told % {"words": words}


def problems(documents: Iterable[ReadDocument]) -> list[str]:
    """Why files are not here or could not be read."""
    return [_problem(one) for one in documents if _is_unread(one)]


def which_is_sold(rows: list[Listing]) -> str:
    """Why a person should mark as sold what a trader says is gone."""
    told = _("The trader wrote that something is sold, but not which: %(names)s")
    return told % {"names": names_of(rows)}


def figure_under(rows: list[Listing], message: InboundMessage) -> str:
    """Why a person should look at a figure that a trader wrote under an offer of their own."""
    told = _("The trader wrote under “%(names)s”: “%(words)s”. Correct the price if it changed.")
    return told % {"names": names_of(rows), "words": " ".join(message.body.split())[:80]}


def beside_it(listing: Listing) -> str:
    """Why a photo at which nobody looked needs no one."""
    return _("A photo without words, beside “%(listing)s”.") % {"listing": listing}


def names_of(rows: list[Listing]) -> str:
    """The first few, by name."""
    return "; ".join(str(row) for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")


def of_reading(
    seen: Seen,
    written: Written,
    trader: Trader | None,
    *,
    kind: str,
    beside: Listing | None = None,
) -> Outcome:
    """What became of a message that was read for watches.

    ``kind`` is WhatsApp's word for it; ``beside`` is the listing that a wordless photo goes with.
    """
    documents = seen.content.documents
    pictures = [one for one in documents if one.kind == "image" or kind in PICTURES]
    unread = [one for one in documents if _is_unread(one)]
    if written.listings or any(one.text.strip() for one in documents):
        # What the words beside a photo say is enough.
        unread = [one for one in unread if one not in pictures]
    if unread and beside is not None and all(one in pictures for one in unread):
        return done(PHOTO, beside_it(beside))
    found = LISTING if written.listings else PHOTO if pictures else TALK
    kept = [_kept(row, name) for row, name in written.kept]
    reasons = [*kept, *_remarks(seen, written, trader), *map(_problem, unread)]
    if kept or unread or seen.is_cut:
        return waits(found, "\n".join(reasons))
    return done(found, "\n".join(reasons))


def _remarks(seen: Seen, written: Written, trader: Trader | None) -> Iterator[str]:
    yield _count(written.listings) if written.listings else _("It names no watch.")
    if trader is not None and trader.is_blocked and written.listings:
        yield _("The sender is blocked: nothing of it is on the market.")
    if seen.is_cut:
        yield _("It is so long that its end was not read.")
    if seen.problem:
        yield seen.problem


def _count(rows: list[Listing]) -> str:
    told = ngettext("%(count)d watch: %(names)s", "%(count)d watches: %(names)s", len(rows))
    return told % {"count": len(rows), "names": names_of(rows)}


def _is_unread(document: ReadDocument) -> bool:
    """Whether words of the trader may stand in a file at which no machine could look."""
    return bool(document.problem) and not document.text.strip() and document.method != "vision"


def _problem(document: ReadDocument) -> str:
    return f"{document.filename}: {document.problem}" if document.filename else document.problem


def _kept(row: Listing, name: str) -> str:
    told = _(
        "%(listing)s: the trader now says something else for “%(field)s”, which a person had"
        " corrected. Please look."
    )
    return told % {"listing": row, "field": name}
