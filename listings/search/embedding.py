"""Vectors of listings: by OpenAI where there is a key, else by our own lexical way.

Our own takes a fraction of a millisecond and is written with the listing itself; OpenAI's are
asked for by the worker, and the former vector stays in use until the new one is there. What an
earlier model embedded, or nobody did, is found and embedded in blocks (:func:`refresh`).
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.core import ai
from backoffice.core.jobs import Lane, enqueue, finish, give_up, retry_later
from listings import facts
from listings.models import Listing, ListingEmbedding
from listings.search import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

LANE = Lane(ListingEmbedding, waiting="waiting", working="working", failed="failed")
_BLOCK = 500
_PURPOSE = "listings_embedding"


def uses_openai() -> bool:
    """Whether OpenAI's model is the one in use, be it away at this moment or not."""
    return bool(settings.OPENAI_API_KEY) and not settings.LOCAL_ONLY


def model_name() -> str:
    """The model in use now: OpenAI's, or ``local-...`` without a key."""
    return settings.OPENAI_EMBEDDING_MODEL if uses_openai() else local.MODEL


def of_texts(texts: Sequence[str]) -> list[list[float]]:
    """Vectors of texts by the model in use. Raises ``AiError`` where OpenAI is asked and away."""
    return ai.embed(texts, purpose=_PURPOSE) if uses_openai() else local.vectors(texts)


def request(listing_ids: Iterable[int]) -> None:
    """Have these embedded where their text or the model has changed; inside a transaction."""
    ids = [*listing_ids]
    for start in range(0, len(ids), _BLOCK):
        changed = _changed(ids[start : start + _BLOCK])
        if uses_openai():
            _put_in_line(changed)
        else:
            write(changed, of_texts([facts.description(one) for one in changed]))


def embed_now(listing_ids: Sequence[int]) -> bool:
    """Embed these at once, by OpenAI too; outside transactions. False where it is left for later.

    For files, which are searched as soon as they are loaded.
    """
    for start in range(0, len(listing_ids), _BLOCK):
        changed = _changed(listing_ids[start : start + _BLOCK])
        try:
            vectors = of_texts([facts.description(one) for one in changed])
        except ai.AiError:
            with transaction.atomic():
                request(listing_ids[start:])
            return False
        _write_where_unchanged(changed, vectors)
    return True


def _changed(ids: Sequence[int]) -> list[Listing]:
    """Those whose vector is not the one of their text by the model in use, or is on its way."""
    kept = {row.listing_id: row for row in ListingEmbedding.objects.filter(pk__in=ids)}
    listings = Listing.objects.filter(pk__in=ids).order_by("pk")
    return [one for one in listings if not _is_right(kept.get(one.pk), one)]


def _is_right(row: ListingEmbedding | None, listing: Listing) -> bool:
    return (
        row is not None
        and row.status == ListingEmbedding.Status.READY
        and row.model == model_name()
        and row.digest == digest(listing)
    )


def digest(listing: Listing) -> str:
    """Of the text that is embedded."""
    return hashlib.sha256(facts.description(listing).encode()).hexdigest()


def write(listings: Sequence[Listing], vectors: Sequence[Sequence[float]]) -> None:
    """Store the vectors of listings, whatever was stored before; an attempt under way loses."""
    # In one order for everybody, so that nobody waits in a circle.
    pairs = sorted(zip(listings, vectors, strict=True), key=lambda pair: pair[0].pk)
    rows = [
        ListingEmbedding(
            listing=one,
            status=ListingEmbedding.Status.READY,
            queued_at=None,
            **_made(one, vector),
        )
        for one, vector in pairs
    ]
    fields = ["status", "queued_at", "claimed_at", "next_attempt_at", "attempts", "error", *_MADE]
    ListingEmbedding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["listing"], update_fields=fields
    )


_MADE = ("model", "dimensions", "digest", "vector", "embedded_at")


def _made(listing: Listing, vector: Sequence[float]) -> dict[str, Any]:
    """What a vector is stored with."""
    values = (model_name(), len(vector), digest(listing), [*vector], timezone.now())
    return dict(zip(_MADE, values, strict=True))


def _put_in_line(listings: Sequence[Listing]) -> None:
    """Have the worker embed them; the former vectors stay in use."""
    rows = [ListingEmbedding(listing=one) for one in listings]
    fresh = ["status", "queued_at", "claimed_at", "next_attempt_at", "attempts", "error"]
    ListingEmbedding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["listing"], update_fields=fresh
    )
    from listings import tasks  # noqa: PLC0415 - tasks import what calls this

    for one in listings:
        enqueue(tasks.embed, one.pk)


def work(row: ListingEmbedding) -> None:
    """Embed one listing; an edit meanwhile puts it in line again and voids this attempt."""
    listing = Listing.objects.get(pk=row.pk)
    try:
        [vector] = of_texts([facts.description(listing)])
    except ai.AiError as error:
        if error.permanent:
            give_up(LANE, row, str(error))
            return
        after = error.retry_after.total_seconds() if error.retry_after else None
        retry_later(LANE, row, str(error), retry_after=after)
        return
    finish(LANE, row, status=ListingEmbedding.Status.READY, **_made(listing, vector))


def refresh(*, seconds: float = 60) -> bool:
    """Embed, in blocks, what nobody did or another model; whether something is left to do.

    Stops after ``seconds``, and where OpenAI is asked and away.
    """
    until = time.monotonic() + seconds
    stale = _stale()
    while listings := [*stale[:_BLOCK]]:
        if time.monotonic() > until:
            return True
        try:
            vectors = of_texts([facts.description(one) for one in listings])
        except ai.AiError:
            return False
        _write_where_unchanged(listings, vectors)
        # Onwards, whatever came of it: no listing is asked about twice in a run.
        stale = _stale().filter(pk__lt=listings[-1].pk)
    return False


def _stale() -> QuerySet[Listing]:
    """Not those in line: they come by themselves."""
    asked = Q(embedding__status__in=(LANE.waiting, LANE.working))
    right = Q(embedding__model=model_name(), embedding__status=ListingEmbedding.Status.READY)
    if size := _asked_dimensions():
        right &= Q(embedding__dimensions=size)
    missing = Q(embedding=None)
    return Listing.objects.filter(missing | (~asked & ~right)).order_by("-pk")


def _asked_dimensions() -> int:
    """How long vectors of the model in use are; 0 where its own length is taken."""
    return int(settings.OPENAI_EMBEDDING_DIMENSIONS) if uses_openai() else local.DIMENSIONS


def _write_where_unchanged(listings: Sequence[Listing], vectors: Sequence[Sequence[float]]) -> None:
    """As :func:`write`, but a listing that was edited since keeps what its edit asked for."""
    with transaction.atomic():
        ids = [one.pk for one in listings]
        unchanged = {
            one.pk: digest(one)
            for one in Listing.objects.select_for_update(no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
        }
        pairs = [
            (one, vector)
            for one, vector in zip(listings, vectors, strict=True)
            if unchanged.get(one.pk) == digest(one)
        ]
        write([one for one, _vector in pairs], [vector for _one, vector in pairs])
