"""Messages of our own in many voices (data/own/*.jsonl), as the desk receives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orders.evaluation.corpus import of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.content import MessageContent

FOLDER = Path(__file__).parent / "data" / "own"


def messages(name: str) -> Iterator[tuple[str, MessageContent, dict[str, Any]]]:
    """Yield (id, message, label in the shape of expected.json) of ``data/own/<name>.jsonl``."""
    for one in of_lines(FOLDER / f"{name}.jsonl"):
        yield one.name, one.content, one.label
