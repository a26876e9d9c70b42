"""The traders' desk for programs: search, questions, figures, listings and matches."""

# No postponed annotations here: ninja would look them up without this module's names.

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query as Filters
from ninja import Router

from backoffice.core import local_days
from backoffice.core.api import Page, authentication, require
from backoffice.core.errors import DomainError
from listings import statistics
from listings.api import shown
from listings.api.inputs import AskIn, MatchFilters, SearchIn
from listings.api.schemas import (
    AnswerOut,
    FoundOut,
    MatchesOut,
    MatchOut,
    SummaryOut,
    WholeListingOut,
)
from listings.asking import answering
from listings.models import Listing, Match
from listings.search import query

router = Router()
VIEW = "listings.view_listing"
VIEW_MATCHES = "listings.view_match"
# Asked by POST because of their bodies; they change nothing.
_reads = authentication("listings", only_reads=True)


@router.post("/search", response=FoundOut, operation_id="search_listings", auth=_reads)
def search(request: HttpRequest, body: SearchIn) -> FoundOut:
    """Listings by words, nearness of meaning and filters together, the best first.

    Changes nothing: a key that may only read will do.
    """
    require(request, VIEW)
    asked = body.model_dump(exclude={"query"})
    with _named_as_asked():
        found = query.run(query.Query(text=body.query, **asked))
    return FoundOut(
        results=shown.hits(found.hits), understood=found.understood, has_more=found.has_more
    )


@router.post("/ask", response=AnswerOut, operation_id="ask_listings", auth=_reads)
def ask(request: HttpRequest, body: AskIn) -> AnswerOut:
    """A question answered from the market, with the listings it rests on.

    Its figures count all listings that match. Changes nothing: a key that may only read will do.
    """
    require(request, VIEW)
    answer = answering.ask(body.question, limit=body.limit)
    return AnswerOut(
        answer=answer.text,
        citations=shown.listings(answer.citations),
        summary=SummaryOut(**answer.summary),
        reader=answer.reader,
        problem=answer.problem,
        language=answer.language,
    )


@router.get("/stats", response=dict[str, Any], operation_id="listing_stats")
def stats(request: HttpRequest) -> dict[str, Any]:
    """What this desk counted, in the database."""
    require(request, VIEW)
    return statistics.stats()


@router.get("/matches", response=MatchesOut, operation_id="list_matches")
def list_matches(
    request: HttpRequest, filters: Filters[MatchFilters], page: Filters[Page.Input]
) -> MatchesOut:
    """What one trader looks for and another one sells, the best first."""
    require(request, VIEW_MATCHES)
    rows = Match.objects.filter(_condition(filters)).order_by("-score", "-created_at", "-pk")
    sides = rows.select_related("wanted__trader", "sale__trader")
    wanted = [*sides[page.offset : page.offset + page.limit]]
    return MatchesOut(items=shown.matches(wanted), count=rows.count())


@router.get("/matches/{row:match_id}", response=MatchOut, operation_id="get_match")
def get_match(request: HttpRequest, match_id: int) -> MatchOut:
    """One match with both sides."""
    require(request, VIEW_MATCHES)
    row = Match.objects.select_related("wanted__trader", "sale__trader").get(pk=match_id)
    return shown.matches([row])[0]


@router.get("/{row:listing_id}", response=WholeListingOut, operation_id="get_listing")
def get_listing(request: HttpRequest, listing_id: int) -> WholeListingOut:
    """One listing, on the market or not, with its place in it and what is odd about it."""
    require(request, VIEW)
    return shown.whole(Listing.objects.select_related("trader").get(pk=listing_id))


def _condition(filters: MatchFilters) -> Q:
    found = local_days.within("created_at", filters.since)
    for field, value in {
        "state": filters.state,
        "score__gte": filters.min_score,
        "sale__brand__iexact": filters.brand,
    }.items():
        if value is not None:
            found &= Q(**{field: value})
    if filters.listing is not None:
        found &= Q(wanted=filters.listing) | Q(sale=filters.listing)
    return found


@contextmanager
def _named_as_asked() -> Iterator[None]:
    """Have a refusal name its field as the body does."""
    try:
        yield
    except DomainError as error:
        error.field = "query" if error.field == "text" else error.field
        raise
