from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django_q.models import OrmQ

from listings.models import Listing, ListingEmbedding, ListingEvent, Trader, TraderAddress

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def load(path: Path, *rows: object) -> str:
    file = path / "in.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    out = io.StringIO()
    call_command("load_listings", str(file), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def search(path: Path, *queries: object, **options: object) -> list[list[str | int]]:
    file = path / "queries.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in queries), encoding="utf-8")
    out = io.StringIO()
    call_command("search_listings", queries=file, stdout=out, **options)
    return [json.loads(line)["ranked"] for line in out.getvalue().splitlines()]


def test_a_text_is_read_stored_embedded_and_found(tmp_path: Path):
    told = load(tmp_path, {"id": "a", "text": "Vends Hulk 116610LV 2017 full set, 14 500€"})

    assert told == ("1 lines: 1 listings are new, 0 changed, 0 as they were, 0 withdrawn.")
    row = Listing.objects.get()
    assert (row.external_id, row.type, row.brand, row.model) == ("a", "sale", "Rolex", "Submariner")
    assert (row.price, row.price_eur, row.year, row.box) == (14500, 14500, 2017, True)
    assert (row.reader, row.status, row.trader) == ("file", "live", None)
    assert ListingEmbedding.objects.get(pk=row.pk).status == "ready"
    assert OrmQ.objects.count() == 1
    assert search(tmp_path, {"id": 1, "query": "hulk sous 15k"}) == [["a"]]


def test_the_same_file_again_changes_nothing_and_another_one_renews(tmp_path: Path):
    first = {"id": "a", "text": "Submariner 9000€, Daytona 116500LN 25000€"}
    load(tmp_path, first)
    assert load(tmp_path, first) == (
        "1 lines: 0 listings are new, 0 changed, 2 as they were, 0 withdrawn."
    )

    load(tmp_path, {"id": "a", "text": "Submariner 8500€"})

    rows = Listing.objects.order_by("external_id").values_list("external_id", "price", "status")
    assert [*rows] == [("a", 8500, "live"), ("a#2", 25000, "withdrawn")]
    kinds = [*ListingEvent.objects.order_by("pk").values_list("kind", flat=True)]
    assert kinds == ["read", "read", "read_again", "withdrawn"]
    load(tmp_path, first)
    assert Listing.objects.live().count() == 2


def test_what_a_person_corrected_or_ended_stays(tmp_path: Path):
    load(tmp_path, {"id": "a", "text": "Submariner 9000€"}, {"id": "b", "text": "Daytona 25000€"})
    Listing.objects.filter(external_id="a").update(price=8000, edited_fields=["price"])
    Listing.objects.filter(external_id="b").update(status="sold")

    load(tmp_path, {"id": "a", "text": "Sub 9000€"}, {"id": "b", "text": "Daytona 24000€"})

    rows = Listing.objects.order_by("external_id").values_list("price", "status")
    assert [*rows] == [(8000, "live"), (24000, "sold")]


def test_facts_that_a_line_states_count_before_its_text(tmp_path: Path):
    load(
        tmp_path,
        {
            "id": 7,
            "text": "Belle montre, 2019, prix 9000€",
            "brand": "Rolex",
            "ref": "126610LN",
            "price": "9 500 €",
            "condition": "très bon état",
            "papers": "oui",
            "sender": "+33 6 12 34 56 78",
            "date": "2026-03-01",
        },
        {
            "id": 8,
            "text": "two",
            "sender": "Karim",
            "items": [
                {"type": "sale", "brand": "Omega", "price": 4200, "currency": "CHF"},
                {"type": "wanted", "brand": "Tudor", "price": None},
            ],
        },
        {"id": 9, "text": "Daytona", "sender": {"name": "Karim"}, "timestamp": 1790000000},
    )

    one, omega, tudor, last = Listing.objects.order_by("external_id")
    assert (one.brand, one.reference, one.price, one.condition) == (
        "Rolex",
        "126610LN",
        Decimal(9500),
        "good",
    )
    assert (one.papers, one.offered_at.date().isoformat()) == (True, "2026-03-01")
    assert (omega.currency, omega.price, tudor.type, tudor.currency) == ("CHF", 4200, "wanted", "")
    assert TraderAddress.objects.get().value == "+33612345678"
    assert one.trader == TraderAddress.objects.get().trader
    assert omega.trader == last.trader == Trader.objects.get(name="Karim")
    assert search(tmp_path, {"id": 1, "text": "omega"}, {"id": 2, "query": "tudor"}, limit=1) == [
        [8],
        [8],
    ]


def test_lines_that_cannot_be_read_are_named_and_the_others_loaded(tmp_path: Path):
    file = tmp_path / "in.jsonl"
    file.write_bytes(
        b'{"id": "a", "text": "Submariner"}\n\n{"id": "b"\n[1]\n{"text": "no id"}\n'
        b'{"id": "c"}\n\xff\n{"id": true, "text": "x"}\n{"id": "d", "text": "a\\u0000b\\ud83d"}\n'
    )
    err = io.StringIO()

    with pytest.raises(CommandError, match="6 lines were left out"):
        call_command("load_listings", str(file), stderr=err, stdout=io.StringIO())

    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == [
        f"Line {number}" for number in (3, 4, 5, 6, 7, 8)
    ]
    assert {*Listing.objects.values_list("external_id", flat=True)} == {"a", "d"}


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(CommandError, match=r"nothing\.jsonl cannot be read: No such file"):
        call_command("load_listings", str(tmp_path / "nothing.jsonl"))


def test_odd_facts_are_left_empty(tmp_path: Path):
    load(
        tmp_path,
        {
            "id": "a",
            "text": "montre",
            "price": "NaN",
            "year": 99999,
            "size_mm": "huge",
            "condition": "?",
            "movement": ["x"],
            "box": "perhaps",
            "type": "gift",
            "date": "yesterday",
        },
        {"id": "b", "text": "x", "price": "1e400", "currency": "€", "year": True, "date": 1e300},
    )

    for row in Listing.objects.all():
        assert (row.type, row.price, row.currency, row.year) == ("question", None, "", None)
        assert (row.size_mm, row.condition, row.movement, row.box) == (None, "", "", None)


def test_a_line_is_ranked_once_and_filters_hold(tmp_path: Path):
    load(
        tmp_path,
        {"id": "list", "text": "Stock\nSubmariner 126610LN 10900€\nSubmariner 124060 9100€"},
        {"id": "list#2", "text": "Vends Submariner 16610 7300€"},
        {"id": "wanted", "text": "Cherche Submariner 126610LN budget 10000€"},
    )

    assert search(
        tmp_path,
        {"id": 1, "query": "submariner 10900€", "type": "sale"},
        {"id": 2, "query": "submariner", "filters": {"max_price": "9000", "types": ["sale"]}},
        {"id": 3, "query": "", "type": "wanted"},
        {"id": 4, "query": "submariner", "sender": "nobody"},
    ) == [["list", "list#2"], ["list#2"], ["wanted"], []]


def test_a_line_in_which_no_watch_is_recognised_is_found_by_its_words_and_state(tmp_path: Path):
    load(
        tmp_path,
        {"id": "unknown", "text": "À vendre Zxqwerty Monoposto neuve, 2019, full set, 900 €"},
        {"id": "other", "text": "Vends Seiko SKX007, 200€"},
        {"id": "talk", "text": "Bonne journée à tous"},
        {"id": "none", "text": "Rolex Submariner 116610LN", "items": []},
    )

    row = Listing.objects.get(external_id="unknown")
    assert (row.type, row.brand, row.price, row.condition, row.year, row.box) == (
        "sale",
        "",
        900,
        "new",
        2019,
        True,
    )
    assert Listing.objects.get(external_id="talk").type == "question"
    assert Listing.objects.get(external_id="none").brand == ""
    assert [ranked[0] for ranked in search(tmp_path, {"query": "monoposto"})] == ["unknown"]
