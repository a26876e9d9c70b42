"""Patterns of references that staff write: each must compile, fit its example, and be quick.

Every word of every message is held against every pattern, and no pattern can be stopped once it
runs. So one is only taken where the number of ways in which it may be tried is small: that bounds
the time for any text at all.
"""

from __future__ import annotations

import importlib
import re
import warnings
from typing import Any, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from listings.extraction.catalogue import LONGEST_REFERENCE

# Ways in which a text may be tried; those of the shipped catalogue have 9,000 at most.
MOST_WAYS: Final = 20_000
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_ONE_CHARACTER: Final = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY", "CATEGORY", "RANGE"})


def check(pattern: str, example: str) -> None:
    """Raise DomainError where messages must not be read with ``pattern``.

    It is held against folded text, which knows no case and no accents, and has to fit as a whole.
    """
    if _ways(_parsed(pattern)) > MOST_WAYS:
        raise _refusal(
            _("It can be tried in too many ways, which would make reading slow: simplify it."),
            pattern,
        )
    if not re.fullmatch(pattern, folded(example).strip(), re.IGNORECASE):
        raise DomainError(
            _("The pattern does not fit the example “%(example)s”.") % {"example": example},
            code="example_does_not_fit",
            field="example",
            value=example,
        )
    if re.fullmatch(pattern, "", re.IGNORECASE):
        raise _refusal(_("It fits an empty text."), pattern)


def is_safe(pattern: str) -> bool:
    """Tell whether messages may be read with it, whoever wrote it into the table."""
    try:
        return _ways(_parsed(pattern)) <= MOST_WAYS
    except DomainError:
        return False


def _parsed(pattern: str) -> Any:  # noqa: ANN401 - of the standard library's own parser
    # The parser of `re` is not public, but the only one that cannot disagree with it.
    parser = importlib.import_module("re._parser")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.IGNORECASE)
            return parser.parse(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        sentence = _("It is no regular expression: %(problem)s.") % {"problem": error}
        raise _refusal(sentence, pattern) from error


def _refusal(sentence: str, pattern: str) -> DomainError:
    return DomainError(sentence, code="pattern_refused", field="pattern", value=pattern)


def _ways(parsed: Any) -> int:  # noqa: ANN401 - as above
    """How many ways a text may be tried: those of each piece, multiplied."""
    total = 1
    for operation, argument in parsed:
        total = min(total * _ways_of(str(operation), argument), MOST_WAYS + 1)
    return total


def _ways_of(operation: str, argument: Any) -> int:  # noqa: ANN401 - as above
    if operation in _ONE_CHARACTER or operation == "AT":
        return 1
    if operation == "SUBPATTERN":
        return _ways(argument[-1])
    if operation == "BRANCH":
        return sum(_ways(one) for one in argument[1])
    if operation in _REPEATS:
        least, most, repeated = argument
        most = min(int(most), LONGEST_REFERENCE + 1)
        inner = _ways(repeated)
        if inner == 1:
            return most - int(least) + 1
        ways: int = sum(inner**times for times in range(int(least), most + 1))
        return min(ways, MOST_WAYS + 1)
    return MOST_WAYS + 1  # references to groups, assertions: nothing a reference needs
