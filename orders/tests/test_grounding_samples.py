"""Right readings pass the check untouched, wrong ones do not: on whole messages."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.messaging import importing
from backoffice.messaging import reading as messages
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.senses import Models
from orders.extraction import rules
from orders.extraction.confidence.grounding import ELSEWHERE, ground
from orders.reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from backoffice.messaging.content import MessageContent
    from orders.reading import LineReading, OrderReading

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "data" / "samples"
# Texts, an HTML table, a PDF with prices, a spreadsheet, Darija.
CHOSEN = (
    "e01*.eml",
    "e02*.eml",
    "e03*.eml",
    "e06*.eml",
    "e11*.eml",
    "w01*",
    "w02*",
    "w11*",
    "w15*",
)


@pytest.fixture
def contents(settings: Settings, tmp_path: Path) -> list[MessageContent]:
    settings.MEDIA_ROOT = tmp_path
    settings.LOCAL_ONLY = True
    files = [
        file
        for pattern in CHOSEN
        for file in SAMPLES.glob(pattern)
        if file.name.endswith((importing.MAIL, importing.WHATSAPP))
    ]
    importing.import_paths(files, desk="orders")
    assert InboundMessage.objects.count() == len(CHOSEN)
    return [_read(message) for message in InboundMessage.objects.order_by("pk")]


def _read(message: InboundMessage) -> MessageContent:
    if message.channel == "email":
        messages.take_apart(message)
    messages.read_documents(message, Models())
    return messages.content_of(message)


def found_in(value: object, path: str = "") -> Iterator[tuple[str, Found[Any]]]:
    if isinstance(value, Found):
        if value.value not in (None, ""):
            yield path, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from found_in(part, f"{path}[{index}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from found_in(getattr(value, field.name), f"{path}.{field.name}")


def test_right_readings_keep_their_confidence(contents: list[MessageContent]):
    for content in contents:
        reading = rules.read(content)
        before, after = dict(found_in(reading)), dict(found_in(ground(reading, content)))

        assert len(before) > 5
        lowered = {
            path: (found.value, after[path].note)
            for path, found in before.items()
            if after[path].confidence < found.confidence
        }
        assert lowered == {}


@pytest.mark.parametrize(("factor", "more"), [("10", "0"), ("0.1", "0"), ("1", "1"), ("2", "7")])
def test_wrong_figures_and_dates_lose_theirs(
    contents: list[MessageContent], factor: str, more: str
):
    def wrong(found: Found[Decimal]) -> Found[Decimal]:
        if found.value is None:
            return found
        return replace(found, value=found.value * Decimal(factor) + Decimal(more), confidence=0.9)

    def wrong_line(line: LineReading) -> LineReading:
        return replace(line, quantity=wrong(line.quantity), unit_price=wrong(line.unit_price))

    checked = 0
    for content in contents:
        reading = rules.read(content)
        date = reading.delivery_date
        if date.value is not None:
            date = replace(date, value=date.value + timedelta(days=2), confidence=0.9)
        altered: OrderReading = replace(
            reading,
            lines=tuple(wrong_line(line) for line in reading.lines),
            total=wrong(reading.total),
            delivery_date=date,
        )

        after = ground(altered, content)

        figures: list[Found[Any]] = [after.total, after.delivery_date]
        for line in after.lines:
            figures += [line.quantity, line.unit_price]
        believed = [f for f in figures if f.value is not None and f.confidence > 0.9 * ELSEWHERE]
        assert believed == []
        checked += sum(f.value is not None for f in figures)
    assert checked > 30
