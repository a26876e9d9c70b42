"""What a message can be found to be, in words. Desks name the kinds that are theirs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

_labels: dict[str, _StrOrPromise] = {
    "order": _("order"),
    "renewal": _("repeat order"),
    "change": _("change of an order"),
    "cancellation": _("cancellation"),
    "quote_request": _("price request"),
    "order_status": _("question about an order"),
    "complaint": _("complaint"),
    "thanks": _("thanks"),
    "advertising": _("advertising"),
    "automatic": _("sent by a machine"),
    "other": _("something else"),
}


def register(kind: str, label: _StrOrPromise) -> None:
    """Give a kind that ``Outcome.kind`` may hold its name."""
    _labels[kind] = label


def label(kind: str) -> str:
    """The kind in words; its bare name where nobody registered it."""
    return str(_labels.get(kind, kind.replace("_", " ")))


def choices() -> Iterable[tuple[str, str]]:
    return [(kind, str(words)) for kind, words in _labels.items()]
