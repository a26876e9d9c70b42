"""Names as people search and misspell them: without accents, case, legal forms."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from rapidfuzz import fuzz

from backoffice.core.text import words

if TYPE_CHECKING:
    Field = models.CharField[str, str]
else:
    Field = models.CharField

# What says nothing about which firm it is.
LEGAL_FORMS = {
    "sarl",
    "sarlau",
    "sa",
    "sas",
    "sasu",
    "snc",
    "eurl",
    "ei",
    "au",
    "ltd",
    "llc",
    "inc",
    "gmbh",
    "srl",
    "spa",
    "bv",
    "co",
    "cie",
    "company",
    "societe",
    "ste",
    "ets",
    "etablissements",
    "groupe",
    "group",
    "maison",
    "monsieur",
    "madame",
    "mr",
    "mme",
    "mlle",
    "m",
}
ARTICLES = {"l", "la", "le", "les", "d", "de", "du", "des", "et", "the", "and", "of", "al", "el"}

# Of a hundred: one letter wrong in seven.
SAME_WORD = 85
# What one wrong letter in four is forgiven.
ONE_LETTER = 15
WORD_MORE = 0.88


def search_name(*parts: str) -> str:
    """What people type to find somebody: the words of the parts, folded."""
    return " ".join(word for part in parts for word in words(part))


@lru_cache(maxsize=8192)
def distinctive_words(name: str) -> tuple[str, ...]:
    """The words that tell one firm from another; all of them where none does."""
    every = words(name)
    kept = [word for word in every if word not in LEGAL_FORMS and word not in ARTICLES]
    return tuple(kept or every)


def likeness(one: str, other: str) -> float:
    """How likely two spellings mean the same name, 0-1.

    Word order does not count, and no word may be a different one: long words in
    common ("Patisserie Lina", "Patisserie Noor") make no likeness. A word more
    costs, and a single word is not enough ("Atlas" is not "Boulangerie Atlas").
    """
    shorter, longer = sorted((distinctive_words(one), distinctive_words(other)), key=len)
    if not shorter:
        return 0.0
    if "".join(shorter) == "".join(longer):
        return 1.0
    if len(shorter) < len(longer):
        return WORD_MORE if len(shorter) > 1 and is_part(one, other) else 0.0
    whole = fuzz.ratio(" ".join(sorted(shorter)), " ".join(sorted(longer)))
    return min(whole, _worst_word(shorter, longer) + ONE_LETTER, 100) / 100


def _worst_word(these: tuple[str, ...], those: tuple[str, ...]) -> float:
    return min(max(fuzz.ratio(word, there) for there in those) for word in these)


def is_part(one: str, other: str) -> bool:
    """Whether every distinctive word of the shorter name is in the longer one, typos allowed."""
    shorter, longer = sorted((distinctive_words(one), distinctive_words(other)), key=len)
    return bool(shorter) and _worst_word(shorter, longer) >= SAME_WORD


class SearchNameField(Field):
    """A column that is always the search name of the fields ``parts``, in bulk writes too.

    ``save(update_fields=...)`` of a part must name this field as well.
    """

    def __init__(self, *args: Any, parts: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's signature
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "parts": self.parts}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001 - Django's signature
        value = search_name(*(getattr(model_instance, part) for part in self.parts))
        value = value[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value
