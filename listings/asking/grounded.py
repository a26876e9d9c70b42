"""An answer by OpenAI, kept only where it says nothing that the cited listings do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.asking.question import Asked
    from listings.asking.summing import Summary
    from listings.models import Listing


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that may be shown; empty where the computed answer stands, and why."""

    text: str = ""
    problem: str = ""


def reply(asked: Asked, summary: Summary, shown: Sequence[Listing], told: str) -> Reply:
    """Have the computed answer ``told`` put into plain words; one request, never an error."""
    return Reply()
