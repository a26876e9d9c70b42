"""What a text may rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Given:
    """The words that license claims, and the language that the text is to be in.

    ``template`` is the prepared reply with its facts filled in; ``customer`` is what the customer
    wrote: it lends the names of goods and places, never a figure, a date or a promise.
    """

    template: str
    facts: Mapping[str, str]
    language: str
    instructions: str = ""
    customer: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """All that licenses a claim; the day of the order only where the template tells it.

        It would make any delivery date of that day a fact.
        """
        told = (
            value
            for name, value in self.facts.items()
            if name != "order_date" or value in self.template
        )
        return (self.template, self.instructions, *told)
