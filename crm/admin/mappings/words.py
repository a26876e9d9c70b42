"""What the editor of rules says and offers, for the page's script."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.mapping.transformations.catalogue import catalogue


def catalogue_words() -> list[dict[str, Any]]:
    """The transformations with their arguments, in the order in which people look for them."""
    words = _choice_words()
    return [
        {
            "name": one.name,
            "label": str(one.label),
            "help": str(one.help),
            "arguments": [
                {
                    "name": argument.name,
                    "label": str(argument.label),
                    "kind": argument.kind,
                    "default": argument.default,
                    "required": argument.required,
                    # Empty is the page's own first choice.
                    "choices": [(one, words.get(one, one)) for one in argument.choices if one],
                    "suggestions": list(argument.suggestions),
                }
                for argument in one.arguments
            ],
        }
        for one in catalogue().values()
    ]


def _choice_words() -> dict[str, str]:
    """What is shown of an argument's choices; units of size say themselves."""
    return {
        "keep": _("is kept as it is"),
        "empty": _("becomes empty"),
        "problem": _("is reported"),
        "fr": "1 234,56",
        "en": "1,234.56",
        "iso": "1234.56",
    }


def page_words() -> dict[str, str]:
    """The sentences that the script puts on the page."""
    return {
        "addColumn": _("Column"),
        "addStep": _("Transformation"),
        "needed": _("needed"),
        "oneOf": _("one of these is needed"),
        "notMapped": _("not mapped"),
        "remove": _("Remove"),
        "earlier": pgettext("step", "Earlier"),
        "later": pgettext("step", "Later"),
        "whenDiffers": _("When ours differs"),
        "noColumns": _("no column: a fixed value"),
        "tableHelp": _("One per line: found = becomes"),
        "row": _("Row"),
        "raw": _("As read"),
        "value": _("Becomes"),
        "problem": _("What is wrong"),
        "refused": _("refused"),
        "unsaved": _("There are changes that are not saved."),
        "saved": _("Nothing to save."),
        "loading": _("Looking at real rows …"),
        "failed": _("The preview cannot be shown just now: try again."),
        "rowsRead": _("rows looked at:"),
        "rowsRefused": _("refused:"),
        "missing": _("Missing:"),
        "complete": _("All that is needed is mapped."),
        "fixed": _("Fixed value"),
        "noRows": _("There are no rows."),
    }
