"""Whether the two Notion databases are as the desk needs them, and making what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from support.models import NotionBase


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about one base (or both, where it is None); ``mend`` says what to do."""

    level: Literal["ok", "warning", "error"]
    text: str
    base: NotionBase | None = None
    mend: str = ""


def check() -> list[Finding]:
    """Look at both bases: access, properties, their types and options. Changes nothing.

    Never raises for what Notion says; one "ok" finding per base that is in order. Takes some
    seconds where Notion is slow.
    """
    return []


def create(parent: str = "") -> list[Finding]:
    """Add the properties and options that are missing; what is there stays as it is.

    With the id or address of a Notion page as ``parent``, a base whose setting is empty is
    made below it: the finding says which setting to fill with which id. Returns what was done
    and what could not be, "ok" and "error".
    """
    return [Finding("error", parent)] if parent else []
