"""Postal codes that fit their country, e-mail domains that people mistype."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.quality.findings import MEDIUM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.quality.findings import Findings

_FIVE = r"\d{5}"
_FOUR = r"\d{4}"
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|GIR ?0AA"
# By country; France's islands have codes of France and are written either way.
PATTERNS: Mapping[str, re.Pattern[str]] = {
    country: re.compile(pattern, re.IGNORECASE)
    for country, pattern in {
        "FR": r"(?:0[1-9]|[1-8]\d|9[0-58]|97)\d{3}|2[AB]\d{3}",
        "GP": r"97[17]\d{2}",
        "MQ": r"972\d{2}",
        "GF": r"973\d{2}",
        "RE": r"974\d{2}",
        "PM": r"97500",
        "YT": r"976\d{2}",
        "BL": r"97[17]\d{2}",
        "MF": r"97[18]\d{2}",
        "WF": r"986\d{2}",
        "PF": r"987\d{2}",
        "NC": r"988\d{2}",
        "MC": r"980\d{2}",
        "AD": r"(?:AD)?[1-7]00",
        "BE": rf"(?:B-?)?{_FOUR}",
        "LU": rf"(?:L-?)?{_FOUR}",
        "CH": rf"(?:CH-?)?{_FOUR}",
        "LI": r"94\d{2}",
        "AT": rf"(?:A-?)?{_FOUR}",
        "DK": rf"(?:DK-?)?{_FOUR}",
        "NO": _FOUR,
        "DE": rf"(?:D-?)?{_FIVE}",
        "ES": r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}",
        "IT": rf"(?:I-?)?{_FIVE}",
        "MA": _FIVE,
        "FI": rf"(?:FI-?)?{_FIVE}",
        "SE": r"\d{3} ?\d{2}",
        "GR": r"\d{3} ?\d{2}",
        "CZ": r"\d{3} ?\d{2}",
        "NL": r"\d{4} ?[A-Z]{2}",
        "PT": r"\d{4}(?:-\d{3})?",
        "PL": r"\d{2}-?\d{3}",
        "GB": _BRITISH,
        "US": r"\d{5}(?:-\d{4})?",
        "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
        "JP": r"\d{3}-?\d{4}",
        "AU": _FOUR,
    }.items()
}
# Countries whose codes lose a leading zero in a spreadsheet.
_LOSES_ZERO = frozenset({"FR", "DE", "ES", "IT", "MA", "US"})

_DOMAINS: Mapping[str, str] = {
    "gmail.com": (
        "gmial.com gmai.com gmal.com gamil.com gmaill.com gmail.co gmail.cm gmail.con gmail.om"
        " gmail.fr gmil.com gnail.com gmail.comm gmaim.com gmail.vom gmail.xom gimail.com"
        " gemail.com gail.com g-mail.com gmailcom gmail.con.com googlemail.con"
    ),
    "hotmail.com": (
        "hotmial.com hotmal.com hotmai.com hotmil.com hotmail.con hotmail.co hotmail.cm"
        " homail.com hotamil.com hotmaill.com hormail.com htmail.com hotmail.om"
    ),
    "hotmail.fr": "hotmial.fr hotmal.fr hotmai.fr hotmil.fr homail.fr hotamil.fr hotmaill.fr",
    "outlook.com": "outlok.com outloo.com outlook.con outlook.co oulook.com outllook.com",
    "outlook.fr": "outlok.fr oulook.fr outloo.fr outllook.fr",
    "yahoo.fr": "yaho.fr yahooo.fr yhoo.fr yaoo.fr yahou.fr yahho.fr",
    "yahoo.com": "yaho.com yahooo.com yhoo.com yahoo.con yahoo.co yaoo.com",
    "orange.fr": "oragne.fr ornage.fr orage.fr orang.fr orange.com.fr orangee.fr ornge.fr",
    "wanadoo.fr": "wanado.fr wandoo.fr wanadooo.fr wanadou.fr wannadoo.fr wanaddo.fr",
    "free.fr": "fre.fr freee.fr ferr.fr",
    "laposte.net": "laposte.fr lapost.net laposte.com la-poste.net lapotse.net laposte.ne",
    "sfr.fr": "srf.fr sfr.com",
    "icloud.com": "iclod.com icoud.com icloud.con icloud.fr iclould.com",
    "live.fr": "lvie.fr liv.fr",
}
TYPOS = {typo: domain for domain, typos in _DOMAINS.items() for typo in typos.split()}
# Beginnings and words of credit notes' numbers, in French and English.
_CREDIT_NOTE = re.compile(r"\b(?:AV|AVO|AVOIR|RET|RETOUR|NC|CN|CR|REFUND|RINV|RFAC)(?![A-Z])")


def check_postal_codes(found: Findings) -> None:
    """A code that the country cannot have; where either is missing nothing is said."""
    codes, countries = found.column("postal_code"), found.column("country")
    if codes is None or countries is None:
        return
    for index, (code, country) in enumerate(zip(codes, countries, strict=True)):
        if not code or not country or fits(code, country):
            continue
        if country in _LOSES_ZERO and re.fullmatch(r"[1-9]\d{3}", code):
            sentence = _(
                "%(field)s: “%(value)s” has lost its leading zero: write %(mend)s (%(country)s)."
            )
            more = {"country": country, "mend": f"0{code}"}
        else:
            sentence = _(
                "%(field)s: “%(value)s” is no postal code of %(country)s. Correct it, or the"
                " country."
            )
            more = {"country": country}
        found.add(index, "postal_code", MEDIUM, "inconsistent", sentence, **more)


@lru_cache(maxsize=50_000)
def fits(code: str, country: str) -> bool:
    """Whether the country has codes of this form; unknown countries have any."""
    pattern = PATTERNS.get(country)
    written = code.strip()
    if country == "FR":
        written = re.sub(r"^F-?(?=\d)|\s|(?i:\s*cedex.*$)", "", written)
    return pattern is None or pattern.fullmatch(written) is not None


def check_domains(found: Findings) -> None:
    """Addresses that mail will not reach, since somebody hit the wrong key."""
    for index, mails in enumerate(found.column("email") or ()):
        for mail in mails:
            meant = TYPOS.get(mail[mail.find("@") + 1 :])
            if meant:
                sentence = _("%(field)s: “%(value)s” should probably end in @%(meant)s. Ask, mend.")
                found.add(index, "email", MEDIUM, "invalid_email", sentence, meant=meant)


def is_credit_note(found: Findings, index: int) -> bool:
    """Whether the line's document calls itself one."""
    documents = found.column("document")
    document = documents[index] if documents else None
    return bool(document and _CREDIT_NOTE.search(document.upper()))
