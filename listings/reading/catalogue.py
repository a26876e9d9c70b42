"""The catalogue that staff keep, as the rules read it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.db import connection

from listings.extraction.catalogue import (
    BrandRow,
    Catalogue,
    GrammarRow,
    ModelRow,
    load_shipped,
)
from listings.reading import patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

# A row that is added, changed or gone changes the sum, whoever wrote it and by whatever means.
_STATE = """
    SELECT (SELECT sum(hashtextextended(xmin::text || ctid || id, 1)) FROM listings_brand),
           (SELECT sum(hashtextextended(xmin::text || ctid || id, 2))
              FROM listings_catalogueentry),
           (SELECT sum(hashtextextended(xmin::text || ctid || id, 3))
              FROM listings_referencegrammar)
"""
_lock = threading.Lock()
_built: list[tuple[tuple[object, ...], Catalogue]] = []


def current() -> Catalogue:
    """The catalogue of the tables, built once per process and again when a row has changed.

    One cheap query per call. Empty tables: the shipped catalogue.
    """
    state = _state()
    with _lock:
        if not _built or _built[0][0] != state:
            _built[:] = [(state, _build())]
        return _built[0][1]


def _state() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        row = cursor.fetchone()
    return tuple(row or ())


def _build() -> Catalogue:
    from listings.models import Brand, CatalogueEntry  # noqa: PLC0415 - after the apps

    # In the order in which they were made: where two fit, the first one wins.
    brands = [
        BrandRow(row.name, tuple(row.aliases))
        for row in Brand.objects.filter(is_active=True).order_by("pk")
    ]
    if not brands:
        return load_shipped()
    entries = CatalogueEntry.objects.filter(is_active=True, brand__is_active=True)
    models = [
        ModelRow(row.brand.name, row.model, tuple(row.aliases), tuple(row.references))
        for row in entries.select_related("brand").order_by("pk")
    ]
    return Catalogue(brands, models, _grammars())


def _grammars() -> Iterator[GrammarRow]:
    """Those in use; one that would stop the reading is left out, and said in the log."""
    from listings.models import ReferenceGrammar  # noqa: PLC0415 - after the apps

    rows = ReferenceGrammar.objects.filter(is_active=True, brand__is_active=True)
    for row in rows.select_related("brand").order_by("pk"):
        if patterns.is_safe(row.pattern):
            yield GrammarRow(row.brand.name, row.pattern, row.scope, row.model)
        else:
            logger.warning("grammar of references %s is left out: its pattern is not safe", row.pk)
