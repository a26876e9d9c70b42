"""The facts of a watch in a trader's language, for drafts: no word of a trader's own is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from listings.models import Listing

_GROUPS: Final = {"fr": "\N{NARROW NO-BREAK SPACE}", "en": ",", "it": ".", "de": ".", "es": "."}
_WORDS: Final[dict[str, dict[str, str]]] = {
    "fr": {
        "new": "neuve",
        "excellent": "excellent état",
        "good": "bon état",
        "used": "occasion",
        "vintage": "vintage",
        "set": "boîte et papiers",
        "box": "boîte",
        "papers": "papiers",
    },
    "en": {
        "new": "new",
        "excellent": "excellent condition",
        "good": "good condition",
        "used": "pre-owned",
        "vintage": "vintage",
        "set": "box and papers",
        "box": "box",
        "papers": "papers",
    },
    "it": {
        "new": "nuovo",
        "excellent": "ottime condizioni",
        "good": "buone condizioni",
        "used": "usato",
        "vintage": "vintage",
        "set": "scatola e garanzia",
        "box": "scatola",
        "papers": "garanzia",
    },
    "de": {
        "new": "neu",
        "excellent": "ausgezeichneter Zustand",
        "good": "guter Zustand",
        "used": "gebraucht",
        "vintage": "Vintage",
        "set": "Box und Papiere",
        "box": "Box",
        "papers": "Papiere",
    },
    "es": {
        "new": "nuevo",
        "excellent": "excelente estado",
        "good": "buen estado",
        "used": "usado",
        "vintage": "vintage",
        "set": "caja y papeles",
        "box": "caja",
        "papers": "papeles",
    },
}


def watch(listing: Listing, *, hidden: Iterable[str] = ()) -> str:
    """Brand, model and reference; a part that holds one of ``hidden`` (addresses) is left out."""
    parts = (listing.brand, listing.model, listing.reference)
    secret = [*hidden]
    return " ".join(part for part in parts if part and not _reveals(part, secret))


def details(listing: Listing, language: str) -> str:
    """Year, condition and what comes with it: "2022, excellent condition, box and papers"."""
    words = _WORDS[language]
    said = [
        str(listing.year or ""),
        words.get(listing.condition, ""),
        f"{listing.size_mm.normalize():f} mm" if listing.size_mm else "",
        _set(listing, words),
    ]
    return ", ".join(filter(None, said))


def price(amount: Decimal | None, currency: str, language: str) -> str:
    """An amount as it is written there: 10.900 EUR; empty without one."""
    if amount is None:
        return ""
    whole = f"{amount:,.2f}".removesuffix(".00")
    figure, _point, cents = whole.partition(".")
    mark = "." if language == "en" else ","
    grouped = figure.replace(",", _GROUPS[language])
    return (
        f"{grouped}{mark}{cents} {currency}".strip() if cents else f"{grouped} {currency}".strip()
    )


def _set(listing: Listing, words: dict[str, str]) -> str:
    if listing.box and listing.papers:
        return words["set"]
    return words["box"] if listing.box else words["papers"] if listing.papers else ""


def _reveals(part: str, hidden: Iterable[str]) -> bool:
    # A number is known by its end, whatever is written before it: +49 170 ..., 0170 ...
    digits, low = re.sub(r"\D", "", part).lstrip("0"), part.casefold()
    for address in hidden:
        number = re.sub(r"\D", "", address)
        if address.startswith("+") and len(digits) >= 7 and (digits in number or number in digits):  # noqa: PLR2004 - no local number is shorter
            return True
        if not address.startswith("+") and address.casefold() in low:
            return True
    return False
