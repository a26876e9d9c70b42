"""Finding duplicates in a CSV file, without the database; with the truth known, how well."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import decode, delimiter_of
from backoffice.core.text import words
from crm.duplicates import blocking, chains, scoring
from crm.duplicates.frequencies import Frequencies
from crm.duplicates.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from crm.duplicates.records import Record

# What a column may be called, folded and without signs.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "given": ("givenname", "firstname", "prenom", "forename", "given", "fname"),
    "name": (
        "name",
        "surname",
        "lastname",
        "nom",
        "familyname",
        "nomdefamille",
        "fullname",
        "nomcomplet",
        "lname",
        "contact",
        "client",
    ),
    "company": (
        "company",
        "societe",
        "raisonsociale",
        "entreprise",
        "companyname",
        "organisation",
        "organization",
    ),
    "number": ("streetnumber", "numero", "number", "num", "housenumber", "nvoie", "streetno"),
    "address": (
        "address",
        "adresse",
        "address1",
        "adresse1",
        "street",
        "rue",
        "voie",
        "addr",
        "streetaddress",
        "addressline1",
        "streetname",
    ),
    "more": ("address2", "adresse2", "complement", "addressline2", "street2"),
    "postal_code": ("postcode", "postalcode", "cp", "codepostal", "zip", "zipcode"),
    "city": ("city", "ville", "suburb", "town", "commune", "localite"),
    "email": ("email", "mail", "courriel", "emailaddress", "adressemail", "emails"),
    "phone": ("phone", "telephone", "tel", "phonenumber", "telephonefixe", "fixe", "phones"),
    "mobile": ("mobile", "portable", "gsm", "telephoneportable", "mobilephone"),
}
# As the public FEBRL sets name their rows: rec-12-org, rec-12-dup-0.
_FEBRL = re.compile(r"^(rec-\d+)-(?:org|dup-\d+)$")
_SEVERAL = re.compile(r"[;,/|]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows (numbered from 2, as a spreadsheet does) and their likeness."""

    first: int
    second: int
    probability: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The likely pairs, the likest first; ``found`` of ``true`` pairs are among the compared."""

    rows: int
    compared: int
    split_blocks: int
    pairs: list[Pair]
    # Pairs of the truth column, as rows; empty without one.
    truth: frozenset[tuple[int, int]] = frozenset()
    # Of these, the compared ones.
    met: int = 0

    @property
    def share(self) -> float:
        """Compared pairs of all pairs."""
        return self.compared / max(1, self.rows * (self.rows - 1) // 2)

    def quality(self, threshold: float) -> tuple[int, float, float]:
        """(pairs found, precision, recall) of the pairs at least so likely."""
        found = [pair for pair in self.pairs if pair.probability >= threshold]
        right = sum((pair.first, pair.second) in self.truth for pair in found)
        return len(found), right / max(1, len(found)), right / max(1, len(self.truth))


def find(path: Path, *, truth: str = "") -> Outcome:
    """The likely duplicates of a file; ``truth`` names the column that equal customers share.

    Raises DomainError where the file has no column that can be compared.
    """
    rows = _rows(path)
    records = [_record(place, row) for place, row in enumerate(rows)]
    known = Frequencies.of(records)
    compared = blocking.pairs(records)
    scores = {
        (first, second): scoring.score(records[first], records[second], known, least=chains.LEAST)
        for first, second in compared.pairs
    }
    pairs = [
        Pair(first + 2, second + 2, told.probability)
        for (first, second), told in chains.proved(scores).items()
        if told.probability >= chains.LEAST
    ]
    pairs.sort(key=lambda pair: (-pair.probability, pair.first, pair.second))
    true = _truth(rows, truth) if truth else frozenset()
    met = sum((first + 2, second + 2) in true for first, second in compared.pairs)
    return Outcome(len(rows), len(compared.pairs), compared.split_blocks, pairs, true, met)


def _rows(path: Path) -> list[dict[str, str]]:
    text = decode(path.read_bytes())
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text), restval="")
    rows = [{str(k).strip(): v or "" for k, v in row.items() if k is not None} for row in reader]
    headings = list(rows[0]) if rows else []
    if not any(_field_of(heading) in {"name", "company"} for heading in headings):
        sentence = _(
            "%(file)s has no column with a name or a company: name one “name” or “company”."
        )
        raise DomainError(sentence % {"file": path.name}, code="no_name_column", field="csv")
    return rows


def _field_of(heading: str) -> str:
    plain = "".join(words(heading))
    return next((field for field, known in COLUMNS.items() if plain in known), "")


def _record(place: int, row: Mapping[str, str]) -> Record:
    values: dict[str, list[str]] = defaultdict(list)
    for heading, value in row.items():
        if field := _field_of(heading):
            values[field].append(value.strip())
    one = {field: " ".join(filter(None, texts)) for field, texts in values.items()}
    numbers = ";".join(values["phone"] + values["mobile"])
    return record(
        place,
        name=one.get("name", ""),
        given=one.get("given", ""),
        company=one.get("company", ""),
        number=one.get("number", ""),
        address=" ".join(filter(None, (one.get("address"), one.get("more")))),
        postal_code=one.get("postal_code", ""),
        city=one.get("city", ""),
        emails=re.split(r"[;,\s]+", ";".join(values["email"])),
        phones=_SEVERAL.split(numbers),
    )


def _truth(rows: Sequence[Mapping[str, str]], column: str) -> frozenset[tuple[int, int]]:
    if rows and column not in rows[0]:
        sentence = _("The file has no column “%(column)s”; it has: %(columns)s.")
        words_ = {"column": column, "columns": ", ".join(rows[0])}
        raise DomainError(sentence % words_, code="no_truth_column", field="truth")
    groups: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows, start=2):
        if value := _entity(row[column].strip()):
            groups[value].append(number)
    return frozenset(pair for group in groups.values() for pair in combinations(group, 2))


def _entity(value: str) -> str:
    febrl = _FEBRL.match(value)
    return febrl.group(1) if febrl else value
