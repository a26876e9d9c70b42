"""How long it takes to find the matches of one new listing in a large market.

    python benchmarks/matching.py [--count 200000] [--looks 300]

A database of its own ("matching_benchmark") on the embedded server, filled once and used again: so
many listings of one year by 3,000 traders. Milliseconds (median, 95th percentile, worst) to look
for the matches of the newest ones, writing what is found, and to look once more, when nothing is
new; then of searches that name little. Last, how fast everything is matched anew.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
BLOCK = 2_000
TRADERS = 3_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--looks", type=int, default=300)
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "matching_benchmark", "OPENAI_API_KEY": ""}
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)
    fill(options.count)
    newest(options.looks)
    vague()
    anew()


def fill(count: int) -> None:
    """Put so many listings in, unless they are there."""
    import search_market  # noqa: PLC0415 - beside this file
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from listings.models import Listing, Match, Trader  # noqa: PLC0415 - after setup

    Match.objects.all().delete()
    if Listing.objects.count() == count:
        return
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE listings_listing, listings_trader CASCADE")
    now = timezone.now()
    Trader.objects.bulk_create(
        Trader(name=f"Trader {number}", first_seen_at=now, last_seen_at=now)
        for number in range(TRADERS)
    )
    traders = itertools.cycle(Trader.objects.values_list("pk", flat=True))
    offers = search_market.offers(count)
    for block in iter(lambda: [*itertools.islice(offers, BLOCK)], []):
        Listing.objects.bulk_create(_listing(facts, next(traders)) for facts in block)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE listings_listing")


def _listing(facts: dict[str, Any], trader_id: int) -> Any:  # noqa: ANN401 - a listing
    from listings.facts import reference_key  # noqa: PLC0415 - after setup
    from listings.models import Listing  # noqa: PLC0415 - after setup

    return Listing(
        **facts,
        trader_id=trader_id,
        reference_key=reference_key(facts["reference"]),
        price_eur=facts["price"],
        reader="rules",
    )


def newest(looks: int) -> None:
    from listings.models import Listing, Match  # noqa: PLC0415 - after setup

    for kind in ("sale", "wanted"):
        rows = Listing.objects.filter(type=kind).order_by("-offered_at")
        ids = [*rows.values_list("pk", flat=True)[:looks]]
        before = Match.objects.count()
        tell(f"{kind}, new", ids)
        found = (Match.objects.count() - before) / looks
        tell(f"{kind}, again", ids)
        print(f"  {found:.1f} matches each")


def vague() -> None:
    """Searches that name no reference, or nothing but the brand, of the commonest maker."""
    from listings.models import Listing  # noqa: PLC0415 - after setup

    wanted = Listing.objects.filter(type="wanted", brand="Rolex").order_by("-offered_at")
    for name, facts in (
        ("model alone", {"reference": "", "reference_key": "", "text": "WTB"}),
        ("brand alone", {"reference": "", "reference_key": "", "model": "", "text": "WTB"}),
    ):
        ids = [*wanted.values_list("pk", flat=True)[100:150]]
        Listing.objects.filter(pk__in=ids).update(**facts)
        tell(f"wanted, {name}", ids)


def anew() -> None:
    from listings.matching import rematch  # noqa: PLC0415 - after setup
    from listings.models import Listing  # noqa: PLC0415 - after setup

    began = time.monotonic()
    reached = rematch.run(0, seconds=20)
    took = time.monotonic() - began
    live = Listing.objects.filter(type="wanted", status="live")
    done = live.filter(pk__lte=reached).count() if reached else live.count()
    print(f"anew: {done / took:.0f} searches/s, {live.count() / done * took / 60:.1f} min for all")


def tell(name: str, ids: Sequence[int]) -> None:
    from listings.matching import finding  # noqa: PLC0415 - after setup

    times = []
    for listing_id in ids:
        began = time.perf_counter()
        finding.find(listing_id)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    middle, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{name:20} {middle:6.1f} ms median, {high:6.1f} p95, {times[-1]:6.1f} worst")


if __name__ == "__main__":
    main()
