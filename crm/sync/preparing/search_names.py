"""Search names of a whole column at a time: what ``crm.names.search_name`` says of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = "\n"
_WORDS = re.compile(r"[^\W_]+")
# Signs that fold together with their neighbours: keycaps.
_TOGETHER = re.compile("[\u20e3\ufe0f]")


class _Letters(dict[int, str]):
    """What each letter folds to, by its code point; filled as they come."""

    def __missing__(self, code: int) -> str:
        text = self[code] = _BETWEEN if chr(code) == _BETWEEN else folded(chr(code))
        return text


_letters = _Letters()


def search_names(texts: Sequence[str]) -> list[str]:
    """The folded words of each text."""
    bare = [text.replace(_BETWEEN, " ") for text in texts]
    whole = _BETWEEN.join(bare)
    if _TOGETHER.search(whole):
        whole = _BETWEEN.join(map(folded, bare))
    else:
        whole = whole.translate(_letters)
    return [" ".join(_WORDS.findall(text)) for text in whole.split(_BETWEEN)] if texts else []
