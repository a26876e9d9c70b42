"""The template with a model's words of courtesy, where the rest of its reply is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from support.drafting.grounding import carried, judging

if TYPE_CHECKING:
    from support.drafting.grounding.given import Given

# Sentences taken over, and the words of the longest greeting.
_MOST: Final = 2
_GREETING: Final = 8


def joined(text: str, given: Given) -> str:
    """The template, and after its greeting what ``text`` begins with and states nothing.

    Every sentence of the template stays as it is. Empty where nothing can be taken over, and
    where ``text`` holds figures or names that nobody gave: such a text is not trusted at all.
    """
    greeting, _break, rest = given.template.partition("\n\n")
    if not rest or len(greeting.split()) > _GREETING or not judging.is_trusted(text, given):
        return ""
    opening = text.partition("\n\n")[2].partition("\n\n")[0]
    kept = carried.courteous(opening, given)[:_MOST]
    whole = f"{greeting}\n\n{' '.join(kept)}\n\n{rest}"
    return "" if not kept or judging.problem(whole, given) else whole
