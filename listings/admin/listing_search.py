"""The list's search box: the desk's own search, in the order in which it found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings.search import query

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from listings.models import Listing

# As many as one search gives.
MOST = 100
_NUMBER = re.compile(r"\s*#(\d{1,18})\s*")


def found(request: HttpRequest, listings: QuerySet[Listing], words: str) -> QuerySet[Listing]:
    """Those of ``listings`` that the search finds, the best first; ``#12`` is listing 12 itself."""
    if named := _NUMBER.fullmatch(words):
        return listings.filter(pk=named[1])
    try:
        results = query.run(query.Query(text=words, live_only=False, limit=MOST))
    except DomainError as error:
        messages.warning(request, str(error.sentence))
        return listings.none()
    ids = [hit.listing_id for hit in results.hits]
    if results.has_more:
        told = _("The %(count)d best are shown: more words or a filter find fewer.")
        messages.info(request, told % {"count": MOST})
    return ranked(listings.filter(pk__in=ids), ids)


def ranked(listings: QuerySet[Listing], ids: list[int]) -> QuerySet[Listing]:
    """``listings`` in the order of ``ids``."""
    if not ids:
        return listings
    places = (When(pk=pk, then=Value(place)) for place, pk in enumerate(ids))
    return listings.order_by(Case(*places, default=len(ids), output_field=IntegerField()), "-pk")
