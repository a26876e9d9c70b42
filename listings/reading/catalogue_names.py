"""Names and references that staff teach the reading: cleaned, and refused where they would harm."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from listings.extraction import phrases
from listings.extraction.catalogue import LONGEST_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

BESIDE: Final = "~"
_MOST_WORDS: Final = 8
_LEAST: Final = 3


def cleaned_names(names: Iterable[str]) -> list[str]:
    """The names in their order, each once, checked.

    Raises DomainError for one that would be found in any message: it has to be marked with
    ``~``, so that it counts beside its brand only.
    """
    kept: dict[str, str] = {}
    for name in names:
        text = " ".join(name.replace(BESIDE, " ").split())
        if text:
            _check_name(text, beside=name.strip().startswith(BESIDE))
            kept.setdefault(folded(text), (BESIDE if BESIDE in name else "") + text)
    return [*kept.values()]


def cleaned_references(references: Iterable[str]) -> list[str]:
    """The references in their order, each once, checked."""
    kept: dict[str, str] = {}
    for reference in references:
        text = " ".join(reference.split())
        if not text:
            continue
        key = re.sub(r"[\s-]", "", folded(text)).lower()
        if not len(key) >= _LEAST or len(text) > LONGEST_REFERENCE or key in _trade_phrases():
            sentence = _("“%(value)s” is no reference: it needs %(least)s to %(most)s characters.")
            raise DomainError(
                sentence % {"value": text, "least": _LEAST, "most": LONGEST_REFERENCE},
                code="no_reference",
                field="references",
                value=text,
            )
        kept.setdefault(key, text)
    return [*kept.values()]


def parted(text: str) -> list[str]:
    """What people put into one cell or box: parted by lines, semicolons or bars."""
    return [part.strip() for part in re.split(r"[;|\n\r]+", text) if part.strip()]


def _check_name(name: str, *, beside: bool) -> None:
    words = re.findall(r"[^\W_]+", folded(name).lower())
    if not words or len(words) > _MOST_WORDS:
        sentence = _("“%(value)s” is no name: write between one and %(most)s words.")
        raise _refusal(sentence % {"value": name, "most": _MOST_WORDS}, name)
    plain = " ".join(words)
    if beside:
        return
    if len(plain) < 2 or plain.isdigit() or plain in _trade_phrases():  # noqa: PLR2004 - "x" is in every text
        sentence = _(
            "“%(value)s” stands in messages about any watch: write “~%(value)s”, and it counts "
            "beside its brand only."
        )
        raise _refusal(sentence % {"value": name}, name)


@lru_cache(maxsize=1)
def _trade_phrases() -> frozenset[str]:
    """What already means something else in every message: "full set", "vends", "neuf"."""
    return phrases.all_phrases()


def _refusal(sentence: str, name: str) -> DomainError:
    return DomainError(sentence, code="name_refused", field="aliases", value=name)
