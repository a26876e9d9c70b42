"""Who changed what since both sides agreed: the values of then, of here and of there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.notion_values import Page
    from support.models import NotionPage

# Notion tells the minute of an edit: it may have been made at its end.
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Agreed:
    """The values on which both sides agreed last, as each of them writes it.

    ``owed``: roles that we must still write there. ``is_first``: they never met before.
    """

    here: dict[str, str] = field(default_factory=dict)
    there: dict[str, str] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)
    is_first: bool = False

    @classmethod
    def of(cls, page: NotionPage) -> Agreed:
        kept: dict[str, Any] = page.agreed
        if "there" not in kept:
            return cls(is_first=True)
        return cls(dict(kept["here"]), dict(kept["there"]), list(kept.get("owed", [])))

    def kept(self, page: NotionPage) -> dict[str, Any]:
        """As the row keeps it, beside what else is noted there."""
        return {**page.agreed, "here": self.here, "there": self.there, "owed": self.owed}


@dataclass(slots=True)
class Merged:
    """What came of comparing: values to write there by role, and sentences about trouble."""

    writes: dict[str, str] = field(default_factory=dict)
    conflicts: int = 0
    problems: list[str] = field(default_factory=list)


def same(first: str, second: str) -> bool:
    return normal(first) == normal(second)


def normal(text: str) -> str:
    """Without what editors change by themselves: line ends and blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def is_later_there(page: NotionPage, remote: Page) -> bool:
    """Whether the edit in Notion is the later one; within the same minute it counts as such."""
    return page.changed_at is None or remote.edited_at + _MINUTE > page.changed_at


def note_written(page: NotionPage, sent: Mapping[str, str], there: Mapping[str, str]) -> None:
    """Note that Notion took what was ``sent`` and shows it as ``there``.

    Of the rest it may show already what somebody changed meanwhile: that is still to be taken.
    """
    agreed = Agreed.of(page)
    kept = agreed.there if "there" in page.agreed else there
    page.agreed = Agreed(
        {**agreed.here, **sent},
        {**there, **kept, **{role: there[role] for role in sent if role in there}},
        [role for role in agreed.owed if role not in sent],
    ).kept(page)
