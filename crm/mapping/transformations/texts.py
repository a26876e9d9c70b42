"""Plain text: spaces, case, signs, pieces of it, and what stands for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import regex  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import folded, word_set
from crm.mapping.faults import Unreadable
from crm.mapping.transformations.catalogue import Argument, Transformation, WrongArgument

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# What programs and people write for "nothing", folded.
NOTHING = word_set(
    "null none nil nan n/a n.a. n.a na #n/a #na #valeur! #value! #ref! #name? #nom? #div/0! #null!"
    " #nombre! #num! - -- --- _ . .. ... / // ? ?? neant nc n.c. n.c nr n.r. n.d. n.d nd nan"
    " vide (vide) empty <null> (null) undefined inconnu inconnue unknown aucun aucune sans"
    " unbekannt keine k.a. nessuno ninguno"
) | {
    "néant",
    "non renseigné",
    "non renseignée",
    "non communiqué",
    "à compléter",
    "non renseigne",
    "non renseignee",
    "non communique",
    "a completer",
    "pas de valeur",
}
# Seconds for one value, and how often that may happen before a pattern is given up.
PATIENCE = 0.05
MAX_TIMEOUTS = 10
MAX_PATTERN = 300
# A pattern's repetitions are written out in memory: "(a{9999}){9999}" would take all there is.
MAX_WRITTEN_OUT = 1_000_000
_TIMES = re.compile(r"\{\s*(\d+)")
_SPACES = re.compile(r"\s+")


def _trim(_arguments: Arguments, _context: Context) -> Function:
    def trim(text: str) -> str:
        text = text.strip()
        # No-break spaces, tabs and double spaces are one space; lines stay lines.
        if "  " in text or not text.isprintable():
            return "\n".join(" ".join(line.split()) for line in text.splitlines())
        return text

    return trim


def _remove_special_chars(arguments: Arguments, _context: Context) -> Function:
    keep = re.escape(arguments["keep"])
    unwanted = re.compile(
        rf"[^\w\s{keep}]|_" if "_" not in arguments["keep"] else rf"[^\w\s{keep}]"
    )

    def remove_special_chars(text: str) -> str:
        return _SPACES.sub(" ", unwanted.sub("", text)).strip()

    return remove_special_chars


def _null_to_empty(arguments: Arguments, _context: Context) -> Function:
    more = {folded(word).strip() for word in arguments["also"].split(",") if word.strip()}
    nothing = NOTHING | more
    nothing |= {w.strip().lower() for w in arguments["also"].split(",")}
    longest = max(map(len, nothing))

    def null_to_empty(text: str) -> str | None:
        if len(text) > longest:
            return text
        return None if text.lower() in nothing else text

    return null_to_empty


def _default(arguments: Arguments, _context: Context) -> Function:
    value = arguments["value"]
    return lambda _nothing: value


def _substring(arguments: Arguments, _context: Context) -> Function:
    start, length = arguments["start"] - 1, arguments["length"]
    end = start + length if length else None
    return lambda text: text[start:end]


def _pad_left(arguments: Arguments, _context: Context) -> Function:
    width, sign, digits_only = arguments["width"], arguments["with"], arguments["digits_only"]
    if len(sign) != 1:
        raise WrongArgument("with", _("Give one character."))

    def pad_left(text: str) -> str:
        if digits_only and not text.isdecimal():
            return text
        return text.rjust(width, sign)

    return pad_left


def _regex_extract(arguments: Arguments, _context: Context) -> Function:
    source, group = arguments["pattern"], arguments["group"]
    if len(source) > MAX_PATTERN:
        raise WrongArgument("pattern", _("It may have %(max)s characters.") % {"max": MAX_PATTERN})
    _refuse_huge(source)
    try:
        pattern = regex.compile(source, regex.IGNORECASE if arguments["ignore_case"] else 0)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise WrongArgument("pattern", _("It is no pattern: %(why)s.") % {"why": error}) from None
    if group > pattern.groups:
        mend = _("The pattern has %(count)s groups.") % {"count": pattern.groups}
        raise WrongArgument("group", mend)
    # Without a number: the first group where there is one, else all that was found.
    wanted = group or min(1, pattern.groups)
    otherwise = arguments["otherwise"]
    timeouts = 0

    def regex_extract(text: str) -> str | None:
        nonlocal timeouts
        # A pattern that has wasted its patience is not tried again.
        patience = PATIENCE if timeouts < MAX_TIMEOUTS else 0
        try:
            match = pattern.search(text if patience else "", timeout=PATIENCE)
        except TimeoutError:
            timeouts += 1
            patience = 0
            match = None
        if not patience:
            raise Unreadable(
                "type_mismatch",
                _(
                    "%(field)s: the pattern “%(pattern)s” takes too long on “%(value)s”. Write it"
                    " without repetitions inside repetitions."
                ),
                pattern=source,
            )
        if match is not None:
            return str(match.group(wanted) or "") or None
        if otherwise == "problem":
            raise Unreadable(
                "type_mismatch",
                _(
                    "%(field)s: “%(value)s” does not look like “%(pattern)s”. Correct the value or"
                    " the pattern of the mapping."
                ),
                pattern=source,
            )
        return text if otherwise == "keep" else None

    return regex_extract


def _refuse_huge(pattern: str) -> None:
    """Multiplied whether they are nested or not: what is within what, only a parser would know."""
    size = len(pattern)
    for times in _TIMES.findall(pattern):
        size *= max(1, int(times))
        if size > MAX_WRITTEN_OUT:
            mend = _("Its repetitions, such as {100}, come to too many: write smaller ones.")
            raise WrongArgument("pattern", mend)


def _method(name: str) -> Any:  # noqa: ANN401 - a method of str
    return lambda _arguments, _context: getattr(str, name)


TRANSFORMATIONS = (
    Transformation(
        "trim",
        gettext_lazy("Trim"),
        gettext_lazy("Takes spaces off both ends, and makes several one."),
        _trim,
    ),
    Transformation(
        "lowercase",
        gettext_lazy("Small letters"),
        gettext_lazy("“ROUGE” → “rouge”."),
        _method("lower"),
    ),
    Transformation(
        "uppercase", gettext_lazy("Capitals"), gettext_lazy("“rouge” → “ROUGE”."), _method("upper")
    ),
    Transformation(
        "remove_special_chars",
        gettext_lazy("Remove signs"),
        gettext_lazy("Leaves letters, figures, spaces and the signs that are named."),
        _remove_special_chars,
        (Argument("keep", gettext_lazy("signs that stay"), default="'’-.,&/"),),
    ),
    Transformation(
        "null_to_empty",
        gettext_lazy("Nothing is empty"),
        gettext_lazy("NULL, N/A, -, néant, #N/A and the like become empty."),
        _null_to_empty,
        (Argument("also", gettext_lazy("also these words, with commas between")),),
    ),
    Transformation(
        "default",
        gettext_lazy("Where empty"),
        gettext_lazy("This value where there is none. Without a column: the same in all rows."),
        _default,
        (Argument("value", gettext_lazy("value"), required=True),),
        shape="empty",
        reads="any",
        gives="same",
    ),
    Transformation(
        "substring",
        gettext_lazy("Part of the text"),
        gettext_lazy("So many characters from a place on; negative length: to the end."),
        _substring,
        (
            Argument(
                "start", gettext_lazy("from character"), "whole", 1, minimum=1, maximum=10_000
            ),
            Argument(
                "length", gettext_lazy("how many; 0: all"), "whole", 0, minimum=0, maximum=10_000
            ),
        ),
    ),
    Transformation(
        "pad_left",
        gettext_lazy("Fill up on the left"),
        gettext_lazy("Postal codes that a spreadsheet took the zero from: “1000” → “01000”."),
        _pad_left,
        (
            Argument("width", gettext_lazy("length"), "whole", 5, minimum=1, maximum=60),
            Argument("with", gettext_lazy("sign"), default="0"),
            Argument("digits_only", gettext_lazy("only what is all figures"), "flag", default=True),
        ),
    ),
    Transformation(
        "regex_extract",
        gettext_lazy("Extract by pattern"),
        gettext_lazy(
            "What a regular expression finds: its first group, else all of it. A value that takes"
            " longer than 50 ms is reported."
        ),
        _regex_extract,
        (
            Argument("pattern", gettext_lazy("pattern"), required=True),
            Argument("group", gettext_lazy("group"), "whole", 0, minimum=0, maximum=20),
            Argument("ignore_case", gettext_lazy("capitals do not count"), "flag", default=False),
            Argument(
                "otherwise",
                gettext_lazy("where nothing is found"),
                default="empty",
                choices=("empty", "keep", "problem"),
            ),
        ),
    ),
)
