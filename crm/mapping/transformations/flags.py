"""Yes and no, as people and programs write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import folded, word_set
from crm.mapping.faults import mismatch
from crm.mapping.transformations.catalogue import Argument, Transformation

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

YES = word_set(
    "o oui s y yes true vrai v 1 x ok on actif active actif(ve) si sim ja j wahr t inscrit abonne"
    " abonnee optin opt-in accepte accord checked coche ✓ ✔ ☑ 1,0 1.0 1,00 1.00 -1"
    " subscribed autorise consent publie"
)
NO = word_set(
    "n non no false faux 0 off inactif inactive nein nao falsch f desinscrit desabonne desabonnee"
    " optout opt-out refuse refus unchecked ✗ ✘ ☐ 0,0 0.0 0,00 0.00 unsubscribed aucun jamais"
    " archive archived desactive epuise rupture bloque"
)

# A day in such a column: yes, since then ("unsubscribed at").
_SINCE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[t ]|$)")
# Longer cells are texts.
LONGEST = 40


def flag_of(text: str) -> bool | None:
    """Yes, no, or neither."""
    word = folded(text[:LONGEST]).strip(" .")
    if word in YES:
        return True
    return False if word in NO else None


def _parse_boolean(arguments: Arguments, _context: Context) -> Function:
    inverted: bool = arguments["inverted"]
    yes = frozenset(folded(w).strip() for w in arguments["yes"].split(",") if w.strip())
    no = frozenset(folded(w).strip() for w in arguments["no"].split(",") if w.strip())

    def parse_boolean(text: str) -> bool:
        word = folded(text[:LONGEST]).strip()
        found = True if word in yes else False if word in no else flag_of(text)
        if found is None and _SINCE.match(word):
            found = True
        if found is None:
            raise mismatch(_("%(field)s: “%(value)s” is neither yes nor no. Write “oui” or “non”."))
        return found != inverted

    return parse_boolean


def _empty_is_no(arguments: Arguments, _context: Context) -> Function:
    value = arguments["value"]
    return lambda _nothing: value


TRANSFORMATIONS = (
    Transformation(
        "parse_boolean",
        gettext_lazy("Yes or no"),
        gettext_lazy("O/N, Oui/Non, True/False, Vrai/Faux, 1/0, x."),
        _parse_boolean,
        (
            Argument(
                "inverted",
                gettext_lazy("turn round: yes means no (“opposed to mailings”)"),
                "flag",
                default=False,
            ),
            Argument("yes", gettext_lazy("also yes, with commas between")),
            Argument("no", gettext_lazy("also no, with commas between")),
        ),
        gives="boolean",
    ),
    Transformation(
        "empty_to_no",
        gettext_lazy("No where empty"),
        gettext_lazy("For columns that hold “True” or nothing, as Odoo's files do."),
        _empty_is_no,
        (Argument("value", gettext_lazy("what empty means"), "flag", default=False),),
        shape="empty",
        reads="any",
        gives="same",
    ),
)
