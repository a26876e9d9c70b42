"""How right the search of listings is: recall and nDCG of labelled queries, way by way.

    python benchmarks/search_quality.py [--mistakes]

A database of its own ("search_quality") with the labelled messages of the tests, read by the rules
and embedded by the local model. For each labelled query (five languages, typos, nicknames, bounds,
offers and buyers) the first ten lines by the whole search, by vectors alone (looking at each), and
by PostgreSQL's full text alone; what is relevant follows from the labels, not from our reading.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
PAGE = 10
WATCHES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mistakes", action="store_true", help="Name the queries that miss some.")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "search_quality", "OPENAI_API_KEY": ""}
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)
    fill()
    compare(with_mistakes=options.mistakes)


def fill() -> None:
    """Load the labelled messages, texts alone, and the rates that the labels were made with."""
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from listings.models import ExchangeRate, Listing  # noqa: PLC0415 - after setup
    from listings.tests import search_labels  # noqa: PLC0415 - after setup

    Listing.objects.all().delete()
    ExchangeRate.objects.all().delete()
    today = timezone.localdate()
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency=currency, day=today, rate=rate)
        for currency, rate in search_labels.RATES.items()
    )
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in search_labels.lines():
            file.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
        file.flush()
        call_command("load_listings", file.name, stdout=io.StringIO())


def compare(*, with_mistakes: bool) -> None:
    from listings.tests import search_labels  # noqa: PLC0415 - after setup

    rows = search_labels.lines()
    asked = [
        (one["query"], wanted)
        for one in search_labels.queries()
        if (wanted := search_labels.relevant(one["want"], rows))
    ]
    for label, search in {"whole search": whole, "vectors": nearest, "full text": words}.items():
        times, recalls, gains = [], [], []
        for text, wanted in asked:
            began = time.perf_counter()
            ranked = _lines(search(text))
            times.append((time.perf_counter() - began) * 1000)
            recalls.append(search_labels.recall(ranked, wanted, PAGE))
            gains.append(search_labels.ndcg(ranked, wanted, PAGE))
            if with_mistakes and search is whole and recalls[-1] < 1:
                missed = sorted(wanted - {*ranked})[:PAGE]
                print(f"{recalls[-1]:.2f} {text}: {', '.join(missed)}")
        print(
            f"{label}: recall@{PAGE} {statistics.mean(recalls):.3f},"
            f" nDCG@{PAGE} {statistics.mean(gains):.3f} of {len(asked)} queries,"
            f" median {statistics.median(times):.0f} ms"
        )


def whole(text: str) -> Sequence[int]:
    from listings.search.query import Query, run  # noqa: PLC0415 - after setup

    return [hit.listing_id for hit in run(Query(text=text, limit=WATCHES)).hits]


def nearest(text: str) -> Sequence[int]:
    from listings.models import Listing  # noqa: PLC0415 - after setup
    from listings.search import channels, embedding  # noqa: PLC0415 - after setup

    [vector] = embedding.of_texts([text])
    vectors = channels.vectors_in_use(vector)
    return channels.exact(Listing.objects.live(), vectors, vector, WATCHES)


def words(text: str) -> Sequence[int]:
    """Any of the words, by PostgreSQL's own rank."""
    from django.contrib.postgres.search import SearchQuery, SearchRank  # noqa: PLC0415 - as above
    from django.db.models import F  # noqa: PLC0415 - as above

    from backoffice.core.text import words as words_of  # noqa: PLC0415 - as above
    from listings.models import Listing  # noqa: PLC0415 - as above

    found = SearchQuery(" | ".join(words_of(text)), search_type="raw", config="simple")
    rows = Listing.objects.live().filter(search_vector=found)
    rows = rows.annotate(rank=SearchRank(F("search_vector"), found)).order_by("-rank", "-pk")
    return [*rows.values_list("pk", flat=True)[:WATCHES]]


def _lines(ids: Sequence[int]) -> list[str]:
    from listings.loading.lines import line_of  # noqa: PLC0415 - after setup
    from listings.models import Listing  # noqa: PLC0415 - after setup

    rows = Listing.objects.only("external_id").in_bulk(ids)
    return [*dict.fromkeys(line_of(rows[pk].external_id) for pk in ids)]


if __name__ == "__main__":
    main()
