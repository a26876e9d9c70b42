from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from backoffice.core.jobs import LeaseLost, claim, sweeper
from backoffice.testing.http import Answer, FixtureServer, Request
from backoffice.testing.openai import EMBEDDINGS, openai_server
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from listings import tasks
from listings.models import ListingEmbedding
from listings.search import embedding, local
from listings.search.query import Query, run
from listings.tests.market_cast import sale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    settings.OPENAI_EMBEDDING_DIMENSIONS = 2
    settings.OPENAI_MAX_RETRIES = 0
    with openai_server(settings) as server:
        server.answers("POST", EMBEDDINGS, _by_brand)
        yield server


def _by_brand(request: Request) -> Answer:
    """Rolex lies to the right, everything else upwards."""
    rows = [
        {"index": index, "embedding": [1.0, 0.1] if "olex" in text else [0.1, 1.0]}
        for index, text in enumerate(request.json()["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return Answer.json({"object": "list", "model": "m", "data": rows, "usage": usage})


def _row(pk: int) -> ListingEmbedding:
    return ListingEmbedding.objects.get(pk=pk)


@pytest.mark.django_db
def test_without_a_key_a_listing_is_embedded_where_it_is_written():
    one = sale(None, text="Vends Hulk 116610LV full set")

    embedding.request([one.pk])

    row = _row(one.pk)
    assert (row.status, row.model, row.dimensions) == ("ready", local.MODEL, 512)
    assert (row.digest, row.queued_at) == (embedding.digest(one), None)


@pytest.mark.django_db
def test_an_unchanged_listing_is_left_alone_and_a_changed_one_embedded_anew():
    one = sale(None, text="Vends Hulk")
    embedding.request([one.pk])
    first = _row(one.pk)

    embedding.request([one.pk])
    assert _row(one.pk).embedded_at == first.embedded_at

    one.text = "Vends Kermit"
    one.save()
    embedding.request([one.pk])
    assert _row(one.pk).digest == embedding.digest(one) != first.digest
    assert ListingEmbedding.objects.count() == 1


def test_a_text_has_the_same_vector_in_every_process():
    told = (
        "from listings.search import local; import zlib;"
        "print(zlib.crc32(local.vector('Rolex Submariner 116610LV, cadran vert').tobytes()))"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", told],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "backoffice.settings"},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(prints) == 1


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("Submarriner 126610LN", "Seamaster 210.30"),  # misspelt
        ("speedy pro", "Carrera chrono"),  # another name
        ("esfera azul", "esfera negra"),  # another language
        ("126610-LN", "126613LB"),  # written otherwise
    ],
)
def test_likeness_is_of_wording_names_and_known_words(near: str, far: str):
    texts = {
        "Submarriner 126610LN": "Rolex Submariner 126610LN",
        "speedy pro": "Omega Speedmaster",
        "esfera azul": "cadran bleu",
        "126610-LN": "126610LN",
    }
    own = local.vector(texts[near])

    assert float(own @ local.vector(near)) > float(own @ local.vector(far)) + 0.1


def test_a_text_without_words_is_near_to_nothing():
    assert set(local.vectors(["", "🔥"])[1]) == {0.0}


@pytest.mark.django_db
@pytest.mark.usefixtures("server")
def test_openai_embeds_by_a_job_and_the_former_vector_stays_until_then(settings: Settings):
    settings.OPENAI_API_KEY = ""
    one = sale(None, text="Vends Hulk", brand="Rolex")
    embedding.request([one.pk])
    settings.OPENAI_API_KEY = "sk-test-0001"

    embedding.request([one.pk])
    row = _row(one.pk)
    assert (row.status, row.model, row.dimensions) == ("waiting", local.MODEL, 512)

    tasks.embed(one.pk)
    row = _row(one.pk)
    assert (row.status, row.model) == ("ready", "text-embedding-3-small")
    assert row.vector == pytest.approx([1.0, 0.1], abs=0.01)


@pytest.mark.django_db
def test_where_openai_is_away_the_job_is_tried_again(server: FixtureServer):
    server.answers("POST", EMBEDDINGS, Answer.json({"error": {"message": "down"}}, status=503))
    one = sale(None)
    embedding.request([one.pk])

    tasks.embed(one.pk)

    row = _row(one.pk)
    assert (row.status, row.attempts, row.vector) == ("waiting", 1, None)
    assert row.next_attempt_at is not None
    assert row.error


@pytest.mark.django_db
@pytest.mark.usefixtures("server")
def test_an_edit_during_the_job_is_embedded_by_the_next_one():
    one = sale(None, text="old")
    embedding.request([one.pk])
    row = claim(embedding.LANE, one.pk)
    assert row is not None
    one.text = "new"
    one.save()
    embedding.request([one.pk])

    with pytest.raises(LeaseLost):
        embedding.work(row)
    assert _row(one.pk).status == "waiting"

    tasks.embed(one.pk)
    assert (_row(one.pk).status, _row(one.pk).digest) == ("ready", embedding.digest(one))


@pytest.mark.django_db
def test_what_another_model_embedded_is_found_and_embedded_anew(server: FixtureServer):
    old, new = sale(None, brand="Rolex"), sale(None, brand="Omega")
    embedding.request([old.pk, new.pk])
    waiting = sale(None)
    server.answers("POST", EMBEDDINGS, _by_brand)
    ListingEmbedding.objects.filter(pk=old.pk).update(status="ready", model="an-older-one")
    ListingEmbedding.objects.filter(pk=new.pk).delete()

    assert embedding.refresh() is False

    found = {row.pk: (row.status, row.model) for row in ListingEmbedding.objects.all()}
    right = ("ready", "text-embedding-3-small")
    assert found == {old.pk: right, new.pk: right, waiting.pk: right}
    assert len(server.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_embeds_the_same_listings_does_so_in_one_order():
    first, last = (sale(None, text="Vends Hulk") for _number in range(2))
    embedding.request([first.pk, last.pk])
    rows = ListingEmbedding.objects.all()
    rows.update(model="of old")

    def refresh() -> None:
        try:
            embedding.refresh()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            rows.filter(pk=first.pk).update(model=local.MODEL)
            other = pool.submit(refresh)
            wait_until(somebody_waits_for_us)
            rows.filter(pk=last.pk).update(model=local.MODEL)
        other.result()

    assert {*rows.values_list("model", flat=True)} == {local.MODEL}


@pytest.mark.django_db
def test_a_search_goes_on_without_vectors_where_openai_is_away(server: FixtureServer):
    one = sale(None, text="Vends Hulk")
    server.answers("POST", EMBEDDINGS, Answer.json({"error": {"message": "down"}}, status=503))

    assert [hit.listing_id for hit in run(Query(text="hulk")).hits] == [one.pk]


@pytest.mark.django_db
@pytest.mark.usefixtures("server")
def test_the_sweeper_finds_those_whose_job_was_lost():
    one = sale(None)
    embedding.request([one.pk])
    ListingEmbedding.objects.update(queued_at=None)

    sweeper.sweep()

    assert _row(one.pk).queued_at is not None
