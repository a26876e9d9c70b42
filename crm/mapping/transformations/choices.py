"""The source's words for ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import folded
from crm.mapping.faults import Unreadable
from crm.mapping.transformations.catalogue import Argument, Transformation, WrongArgument

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# Longer cells are texts, not words of a list.
LONGEST = 200
OTHERWISE = ("keep", "empty", "problem")


def _key(text: str) -> str:
    return " ".join(folded(text[:LONGEST]).split())


def _map_values(arguments: Arguments, _context: Context) -> Function:
    table = {_key(word): ours for word, ours in arguments["table"].items()}
    if not table:
        raise WrongArgument("table", _("Give at least one pair: the source's word, our word."))
    otherwise = arguments["otherwise"]
    words = ", ".join(list(arguments["table"])[:12])

    def map_values(text: str) -> str | None:
        found = table.get(_key(text))
        if found is not None:
            return found or None
        if otherwise == "problem":
            raise Unreadable(
                "not_in_list",
                _(
                    "%(field)s: “%(value)s” is not in the mapping's list (%(words)s). Add it to"
                    " the list, or correct it in the source."
                ),
                words=words,
            )
        return text if otherwise == "keep" else None

    return map_values


TRANSFORMATIONS = (
    Transformation(
        "map_values",
        gettext_lazy("Replace words"),
        gettext_lazy("“BLC” → “Blanc”: capitals, accents and spaces do not count."),
        _map_values,
        (
            Argument("table", gettext_lazy("the source's word → our word"), "table", required=True),
            Argument(
                "otherwise",
                gettext_lazy("a word that is not in the list"),
                default="keep",
                choices=OTHERWISE,
            ),
        ),
    ),
)
