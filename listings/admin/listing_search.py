"""The list's search box: the desk's own search, narrowed to what its words say outright."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings.models import Listing
from listings.search import channels, query, wishes

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# As many as one search gives.
MOST = 100
_NUMBER = re.compile(r"\s*#(\d{1,18})\s*")


def found(request: HttpRequest, listings: QuerySet[Listing], words: str) -> QuerySet[Listing]:
    """Those of ``listings`` that the words name, the best first; ``#12`` is listing 12 itself.

    A search only ranks; in a list "under 9000" is a filter, and so is a word or a trader's name.
    """
    if named := _NUMBER.fullmatch(words):
        return listings.filter(pk=named[1])
    try:
        results = query.run(query.Query(text=words, live_only=False, limit=MOST))
    except DomainError as error:
        messages.warning(request, str(error.sentence))
        return listings.none()
    ids = [hit.listing_id for hit in results.hits]
    fitting = listings.filter(_meets(words)).values_list("pk", flat=True)
    kept = {*fitting[: MOST + 1]} if len(ids) < MOST else {*fitting.filter(pk__in=ids)}
    if len(kept) > MOST or (results.has_more and len(kept) == MOST):
        told = _("The %(count)d best are shown: more words or a filter find fewer.")
        messages.info(request, told % {"count": MOST})
    return ranked(listings.filter(pk__in=kept), [pk for pk in ids if pk in kept])


def _meets(words: str) -> Q:
    """What was said outright, and the words that are left, in the text or as a trader's name."""
    wanted = wishes.of(words)
    stated = channels.stated(wanted)
    named = Q(trader__name__icontains=words.strip())
    if not wanted.words:
        return stated | named if stated else named
    said = channels.by_words(Listing.objects.filter(stated), wanted.words, most=MOST)
    return Q(pk__in=said) | named


def ranked(listings: QuerySet[Listing], ids: list[int]) -> QuerySet[Listing]:
    """``listings`` in the order of ``ids``, the newest of others after them."""
    if not ids:
        return listings
    places = (When(pk=pk, then=Value(place)) for place, pk in enumerate(ids))
    return listings.order_by(Case(*places, default=len(ids), output_field=IntegerField()), "-pk")
