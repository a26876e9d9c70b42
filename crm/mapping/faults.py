"""What a transformation says of a value that it cannot make, or makes with a doubt.

Templates name ``%(field)s`` and ``%(value)s``, which the caller fills in, and their own ``about``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A value is quoted up to here.
SHOWN = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """``code`` is one of ``crm.problems.CODES``; ``template`` a translated sentence."""

    code: str
    template: str
    about: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, label: object, value: str) -> str:
        """For people: the field, the value and the mend."""
        return self.template % {**self.about, "field": label, "value": shown(value)}


class Unreadable(Exception):
    """No value can be made of the cell; it stays empty."""

    def __init__(self, code: str, template: str, **about: object) -> None:
        super().__init__(code)
        self.fault = Fault(code, template, about)


class Doubtful(Exception):
    """A value was made, and something has to be said about it."""

    def __init__(self, value: Any, faults: Sequence[Fault]) -> None:  # noqa: ANN401 - of any kind
        super().__init__(value)
        self.value = value
        self.faults = tuple(faults)


def doubt(value: Any, code: str, template: str, **about: object) -> Doubtful:  # noqa: ANN401 - of any kind
    """The value with one thing to say."""
    return Doubtful(value, [Fault(code, template, about)])


def mismatch(template: str, **about: object) -> Unreadable:
    """The value is of another type."""
    return Unreadable("type_mismatch", template, **about)


def several(values: Sequence[Any]) -> Doubtful:
    """The first of several values where the field holds one."""
    return doubt(
        values[0],
        "several_values",
        _(
            "%(field)s: “%(value)s” holds %(count)s values; the first, “%(first)s”, is kept."
            " Leave one in the cell, or split the column."
        ),
        count=len(values),
        first=shown(str(values[0])),
    )


def shown(value: str) -> str:
    """The value as a sentence quotes it: on one line, cut."""
    text = " ".join(value.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
