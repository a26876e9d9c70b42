"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations


def follow_up(listing_id: int) -> None:
    """What a new or changed listing means for the others: matches first, then suspicions."""
    from listings.market import suspicions  # noqa: PLC0415 - after the apps
    from listings.matching import finding  # noqa: PLC0415 - after the apps

    finding.find(listing_id)
    suspicions.examine(listing_id)


def prune() -> None:
    """Forget words and senders of long ago; goes on in another job while there are any."""
    from backoffice.core.jobs import enqueue  # noqa: PLC0415 - after the apps
    from listings.people import erasing  # noqa: PLC0415 - after the apps

    if erasing.prune():
        enqueue(prune)


def embed(listing_id: int) -> None:
    """Have OpenAI embed a new or changed listing."""
    from backoffice.core.jobs import perform  # noqa: PLC0415 - after the apps
    from listings.search import embedding  # noqa: PLC0415 - after the apps

    perform(embedding.LANE, listing_id, embedding.work)


def refresh_embeddings() -> None:
    """Embed what another model embedded, or nobody; goes on in another job where much is left."""
    from backoffice.core.jobs import enqueue  # noqa: PLC0415 - after the apps
    from listings.search import embedding  # noqa: PLC0415 - after the apps

    if embedding.refresh():
        enqueue(refresh_embeddings)


def fetch_rates() -> None:
    """Fetch the day's exchange rates."""
    from listings.market.rates import fetching  # noqa: PLC0415 - after the apps

    fetching.every_day()


def reprice(since: str, after: int = 0) -> None:
    """Price what was offered on that day (ISO) and later anew, for a while; the rest in another."""
    import datetime as dt  # noqa: PLC0415 - for this task alone

    from listings.market.rates import repricing  # noqa: PLC0415 - after the apps

    repricing.in_jobs(dt.date.fromisoformat(since), after)


def examine(listing_id: int) -> None:
    """Look for what is odd about an offer, where something else than itself has changed."""
    from listings.market import suspicions  # noqa: PLC0415 - after the apps

    suspicions.examine(listing_id)


def recheck_suspicions(after: int = 0) -> None:
    """Look at all offers once more, for a while; the rest in another job."""
    from listings.market import rechecking  # noqa: PLC0415 - after the apps

    rechecking.in_jobs(after)


def rematch(after: int = 0) -> None:
    """Match the searches after this id anew, for a while; the rest in another job."""
    from backoffice.core.jobs import enqueue  # noqa: PLC0415 - after the apps
    from listings.matching import rematch as matching  # noqa: PLC0415 - after the apps

    if (reached := matching.run(after)) is not None:
        enqueue(rematch, reached)


def dismiss_match(match_id: int, user_id: int, note: str = "") -> None:
    """Dismiss one of many chosen matches in the background."""
    from contextlib import suppress  # noqa: PLC0415 - for this task alone

    from django.contrib.auth.models import User  # noqa: PLC0415 - after the apps

    from backoffice.core.errors import DomainError  # noqa: PLC0415 - after the apps
    from listings.matching import workflow  # noqa: PLC0415 - after the apps

    # Decided meanwhile, or gone: then there is nothing to do.
    with suppress(DomainError):
        workflow.dismiss(match_id, by=User.objects.get(pk=user_id), note=note)
