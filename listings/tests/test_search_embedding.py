from __future__ import annotations

import datetime as dt

import pytest

from listings import facts
from listings.models import Listing, ListingEmbedding
from listings.search import embedding, local
from listings.search.query import Query, run, similar

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def listing(text: str, **values: object) -> Listing:
    one = Listing(type="sale", text=text, offered_at=NOON, reader="rules")
    for name, value in values.items():
        setattr(one, name, value)
    one.reference_key = facts.reference_key(one.reference)
    one.search_words = facts.words(one)
    one.save()
    return one


@pytest.mark.django_db
def test_a_new_listing_is_embedded_at_once_without_a_key():
    one = listing("Vends Hulk 116610LV full set", brand="Rolex", model="Submariner")

    embedding.request([one.pk])

    row = ListingEmbedding.objects.get()
    assert (row.pk, row.status, row.model, row.dimensions) == (one.pk, "ready", local.MODEL, 512)
    assert row.queued_at is None
    assert [hit.listing_id for hit in run(Query(text="hulk")).hits] == [one.pk]


@pytest.mark.django_db
def test_similar_finds_the_nearest_first():
    one = listing("Rolex Submariner 116610LV", brand="Rolex", model="Submariner")
    near = listing("Submariner 116610LV Hulk", brand="Rolex", model="Submariner")
    far = listing("Seiko Alpinist", brand="Seiko", model="Alpinist")
    embedding.request([one.pk, near.pk, far.pk])

    assert [hit.listing_id for hit in similar(one.pk)] == [near.pk, far.pk]
