"""How fast the search of listings is in a large market.

    python benchmarks/search.py [--count 200000] [--rounds 3]

A database of its own ("search_benchmark") on the embedded server, filled once and used again: the
rate at which listings are written with their vectors, the time to build the index, milliseconds per
search (median, 95th percentile) by kind of query, and how many of the exact ten nearest the index
finds, with and without filters. How right the answers are: benchmarks/search_quality.py.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
INDEX = "listings_embedding_near"
BLOCK = 2_000
TEXTS = (
    "Rolex Submariner à vendre",
    "Submarriner 126610LN sous 12000",
    "hulk full set",
    "qui cherche une Daytona ?",
    "Speedmaster moonwatch unter 6000 Euro",
    "omega seamaster cadran bleu 2019",
    "montre de plongée moins de 3000€",
    "vintage chronograph from the 60s",
    "patek nautilus 5711/1A",
    "AP royal oak jumbo",
    "tudor bb58 come nuovo",
    "reloj automatico esfera azul correa de caucho",
    "16710 pepsi",
    "Cartier santos fullset 2021",
    "GMT Master II batman jubilee",
    "weisses Zifferblatt Lederband",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "search_benchmark", "OPENAI_API_KEY": ""}
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)
    fill(options.count)
    latency(options.rounds)
    nearest()


def fill(count: int) -> None:
    """Put so many listings in, unless they are there; the index is built over the full table."""
    from django.db import connection  # noqa: PLC0415 - after setup

    from listings.models import Listing, ListingEmbedding  # noqa: PLC0415 - after setup

    if Listing.objects.count() == count == ListingEmbedding.objects.count():
        return
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE listings_listing CASCADE")
        definition = _definition(cursor)
        cursor.execute(f"DROP INDEX {INDEX}")
    began = time.monotonic()
    _insert(count)
    print(f"{count} listings and their vectors written: {count / (time.monotonic() - began):.0f}/s")
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        began = time.monotonic()
        cursor.execute(definition)
        print(f"index built: {time.monotonic() - began:.0f} s, {_size(cursor)}")
        cursor.execute("VACUUM ANALYZE listings_listing, listings_listingembedding")


def _definition(cursor: Any) -> str:  # noqa: ANN401 - Django's cursor
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
    return str(cursor.fetchone()[0])


def _size(cursor: Any) -> str:  # noqa: ANN401 - as above
    cursor.execute("SELECT pg_size_pretty(pg_relation_size(%s::regclass))", [INDEX])
    return str(cursor.fetchone()[0])


def _insert(count: int) -> None:
    from search_market import offers  # noqa: PLC0415 - beside this file

    from listings import facts, keeping  # noqa: PLC0415 - after setup
    from listings.market import euros  # noqa: PLC0415 - after setup
    from listings.models import Listing  # noqa: PLC0415 - after setup
    from listings.search import embedding  # noqa: PLC0415 - after setup

    rates = euros.Rates([])
    rest = offers(count)
    while block := [*itertools.islice(rest, BLOCK)]:
        rows = [Listing(reader="file", **one) for one in block]
        for row in rows:
            keeping.derive(row, rates)
        Listing.objects.bulk_create(rows)
        embedding.write(rows, embedding.of_texts([facts.description(row) for row in rows]))


def latency(rounds: int) -> None:
    """Print milliseconds per search by kind of query."""
    from listings.search.query import Query, run  # noqa: PLC0415 - after setup

    kinds: dict[str, list[Query]] = {
        "words": [Query(text=text) for text in TEXTS],
        "words, of Rolex": [Query(text=text, brand="Rolex") for text in TEXTS],
        "words, a price and a year": [
            Query(text=text, price_to=Decimal(1500), year_from=1965, year_to=1966) for text in TEXTS
        ],
        "words, one in ten thousand": [
            Query(text=text, types=("trade",), conditions=("new",), brand="Nomos") for text in TEXTS
        ],
        "filters alone": [Query(brand="Rolex", types=("wanted",), price_to=Decimal(5000))],
    }
    run(Query(text="warm"))
    for label, queries in kinds.items():
        times, counts = [], []
        for query in [*queries] * rounds:
            began = time.perf_counter()
            counts.append(len(run(query).hits))
            times.append((time.perf_counter() - began) * 1000)
        print(f"{label}: {_told(times)}, {min(counts)}-{max(counts)} found")


def _told(times: Sequence[float]) -> str:
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"median {statistics.median(times):.0f} ms, p95 {high:.0f} ms"


def nearest() -> None:
    """Print the share of the exact ten nearest that the index finds."""
    from listings.models import Listing, ListingEmbedding  # noqa: PLC0415 - after setup
    from listings.search import channels, embedding  # noqa: PLC0415 - after setup

    vectors = ListingEmbedding.objects.filter(model=embedding.model_name(), dimensions=512)
    live = Listing.objects.live()
    sets = {
        "all": live,
        "a third (Rolex)": live.filter(brand="Rolex"),
        "one in a hundred": live.filter(type="question", condition="new"),
        "one in five thousand": live.filter(type="trade", year=1999, condition="good"),
    }
    asked = embedding.of_texts(TEXTS)
    for label, rows in sets.items():
        exact = [channels.exact(rows, vectors, vector, 10) for vector in asked]
        ends = [_distances(vector, ids) for vector, ids in zip(asked, exact, strict=True)]
        found, times = _timed(lambda v, rows=rows: channels.indexed(rows, vectors, v, 10), asked)  # type: ignore[misc]
        ways, bounded = _timed(lambda v, rows=rows: channels.by_nearness(rows, v, most=10), asked)  # type: ignore[misc]
        print(
            f"nearest of {label} ({rows.count()}): index finds {_share(asked, found, ends):.2f},"
            f" {_told(times)}; as searched {_share(asked, ways, ends):.2f}, {_told(bounded)}"
        )


def _timed(
    search: Callable[[Any], list[int]], vectors: Sequence[Sequence[float]]
) -> tuple[list[list[int]], list[float]]:
    found, times = [], []
    for vector in vectors:
        began = time.perf_counter()
        found.append(search(vector))
        times.append((time.perf_counter() - began) * 1000)
    return found, times


def _distances(vector: Sequence[float], ids: Sequence[int]) -> list[float]:
    from pgvector.django import CosineDistance  # noqa: PLC0415 - after setup

    from listings.models import ListingEmbedding  # noqa: PLC0415 - after setup

    rows = ListingEmbedding.objects.filter(pk__in=ids)
    far = rows.annotate(far=CosineDistance("vector", [*vector])).values_list("far", flat=True)
    return sorted(far)


def _share(
    asked: Sequence[Sequence[float]],
    found: Sequence[Sequence[int]],
    exact: Sequence[Sequence[float]],
) -> float:
    """Of the nearest, how many are as near as the exact ones: of equals any will do."""
    shares = [
        sum(far <= ends[-1] + 1e-6 for far in _distances(vector, ids)) / len(ends)
        for vector, ids, ends in zip(asked, found, exact, strict=True)
        if ends
    ]
    return statistics.mean(shares)


if __name__ == "__main__":
    main()
