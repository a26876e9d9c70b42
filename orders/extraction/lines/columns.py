"""The columns of an order table: what a header says, and which cell is which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from backoffice.core.money import CURRENCY, FIGURE, find_currency, readings
from orders.extraction.lines.products import sign_of
from orders.extraction.text.units import unit_named

if TYPE_CHECKING:
    from orders.reading import Unit

Role = Literal[
    "description", "quantity", "unit", "price", "total", "size", "ref", "date", "other", "tier",
    "not_ordered",
]  # fmt: skip

# The first that matches a header cell wins.
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (
        "not_ordered",
        r"stock\b|reste|(?:qte|quantite)s? (?:livree?s?|recue?s?|en stock|dispo\w*)|dispo",
    ),
    (
        "total",
        r"montant|total|amount|valeur|sous-total|line total|prix total|المبلغ|المجموع|الاجمالي",
    ),
    (
        "price",
        (
            r"p\.? ?u\.?\b|prix|price|unit price|unit cost|rate$|tarif|cout|p\.? unit|ثمن|"
            r"السعر|الثمن"
        ),
    ),
    (
        "quantity",
        (
            r"q(?:uan)?(?:ti)?te?s?\b|qtes?\b|qty|quantit|quant\b|nombre|nbre?\b|nb\b|pcs\b|"
            r"pieces?$|"
            r"a commander|commandee?s?$|colis$|cartons?$|palettes?$|kg$|kilos?$|"
            r"الكميه|كميه|العدد|"
            r"ordered"
        ),
    ),
    ("unit", r"unite|u\.?$|unit$|units?$|u\.? ?v\.?$|u\.? ?m\.?$|uom|الوحده"),
    ("size", r"format|taille|dim(?:ension)?s?\b|size|mesures?|المقاس|القياس"),
    ("date", r".*livraison|delivery|date|echeance"),
    (
        "ref",
        (
            r"ref|code|sku|n°|no\.?$|nr\.?$|#|ligne|lg\.?$|line$|pos\b|item (?:no|n°|#|code)|"
            r"art\.?$|رقم|المرجع"
        ),
    ),
    (
        "description",
        (
            r"design|descr|article|produit|libelle|item|product|nature|intitule|marchandise|goods|"
            r"modele|type|البيان|المنتوج|المنتج|الصنف|التسميه"
        ),
    ),
    (
        "other",
        (
            r"couleur|impression|papier|grammage|observ|remarque|note|comment|tva|tax|vat|"
            r"rem(?:ise)?\b|"
            r"discount|%|cond(?:itionnement|\.?$)|packing|colou?r|print|logo|matiere|material|ht$|"
            r"ttc$"
        ),
    ),
)
_ROLES = tuple((role, re.compile(pattern)) for role, pattern in _ROLE_WORDS)
_NUMBER = re.compile(
    rf"\(?(?:{CURRENCY}\s?)?(?P<figure>-?{FIGURE})(?P<k>\s?k(?![^\W_]))?\s?(?P<rest>[^\d]{{0,22}})\)?"
)
_FEWEST_PLACES = 2
_NOT_ORDERED = frozenset({"", "-", "--", "0", "/", "x", "neant", "n/a", "0,00", "0.00"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row; positions are in the folded text."""

    start: int
    end: int
    text: str

    @property
    def number(self) -> tuple[Decimal, ...]:
        """What the cell counts, likeliest first; empty where it is no number."""
        return _number(self.text)[0]

    @property
    def rest(self) -> str:
        """What stands after the number: a unit, a currency."""
        return _number(self.text)[1]

    @property
    def is_text(self) -> bool:
        return not self.number and sum(c.isalpha() for c in self.text) > 1

    @property
    def currency(self) -> str:
        return find_currency(self.text)


@lru_cache(maxsize=4096)
def _number(text: str) -> tuple[tuple[Decimal, ...], str]:
    match = _NUMBER.fullmatch(text)
    if match is None or match["figure"].startswith("-"):
        return (), ""
    rest = match["rest"].strip()
    if rest and not (
        unit_named(re.split(r"[/(]|\bde\b", rest)[0])
        or find_currency(rest)
        or rest in {"ht", "ttc"}
    ):
        # "12 couleurs" is text; "180 kg", "24,50 dh/kg" and "25 cartons de" are numbers.
        return (), ""
    values = readings(match["figure"])
    return (tuple(v * 1000 for v in values) if match["k"] else values), rest


@dataclass(slots=True)
class Line:
    """A line of the document, as cells."""

    start: int
    end: int
    raw: str
    cells: list[Cell]

    @property
    def text(self) -> str:
        return self.raw.strip()

    @property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text]


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns, with what their header says of unit and currency."""

    roles: tuple[Role, ...]
    unit: Unit | None = None
    currency: str = ""

    @property
    def is_order(self) -> bool:
        """A table without quantities, or with a price per quantity, is a price list."""
        return "quantity" in self.roles and "tier" not in self.roles


def role_of(text: str) -> Role | None:
    """Return what a column with this folded header holds, or None when it is no header."""
    plain = re.sub(r"\([^)]*\)", "", text).strip(" :*.")
    words = plain.split()
    if not words or len(words) > 5 or len(plain) > 40:  # noqa: PLR2004 - a header is short
        return "ref" if text.strip() == "#" else None
    if re.fullmatch(FIGURE, plain):
        return "tier"
    return next((role for role, pattern in _ROLES if pattern.match(plain)), None)


def header(cells: list[Cell]) -> Columns | None:
    """Return the columns when a row is a table's header, else None."""
    roles = [role_of(cell.text) for cell in cells]
    known = {role for role in roles if role and role != "tier"}
    if by_places := _by_places(cells, roles):
        return by_places
    # "Total" and "Date" stand in other rows too; two columns that name goods and figures do not.
    names = known & {"description", "ref", "size"}
    figures = known & {"quantity", "price", "total"}
    is_table = (names and figures) or {"quantity", "price"} <= known
    if not is_table and not (names and roles.count("tier") > 1):
        return None
    filled = [cell for cell in cells if cell.text]
    if sum(1 for role in roles if role) * 2 < len(filled) or any(
        sign_of(word) in {"S", "B"}
        for cell in cells
        for word in cell.text.split()
        if len(cell.text.split()) > 1
    ):
        return None
    return _columns(cells, [role or "other" for role in roles])


def _by_places(cells: list[Cell], roles: list[Role | None]) -> Columns | None:
    """Goods, then a column for each shop, then the total of them: that is the quantity."""
    filled = [(cell, role) for cell, role in zip(cells, roles, strict=True) if cell.text]
    if len(filled) < _FEWEST_PLACES + 2 or filled[0][1] not in {"description", "ref", "size"}:
        return None
    last, *shops = [role for _, role in reversed(filled[1:])]
    named = [cell.text for cell, _ in filled[1:-1]]
    plain = all(any(c.isalpha() for c in text) and not sign_of(text) for text in named)
    if last != "total" or not plain or filled[-1][0].currency:
        return None
    if any(role not in {None, "other"} for role in shops) or not any(r is None for r in shops):
        return None
    first, end = cells.index(filled[0][0]), cells.index(filled[-1][0])
    return Columns(
        tuple(
            "description" if i == first else "quantity" if i == end else "not_ordered"
            for i in range(len(cells))
        )
    )


def _columns(cells: list[Cell], roles: list[Role]) -> Columns:
    if "description" not in roles:
        for instead in ("ref", "other"):
            if instead in roles:
                roles[roles.index(instead)] = "description"
                break
    elif roles.count("description") > 1:
        # "Item | Description": the first only numbers the lines.
        names = [
            cell.text for cell, role in zip(cells, roles, strict=True) if role == "description"
        ]
        if names[0] in {"item", "article", "type", "modele"} and names[1] not in {"type", "modele"}:
            roles[roles.index("description")] = "ref"
    unit, currency = None, ""
    for cell, role in zip(cells, roles, strict=True):
        if role == "quantity":
            words = re.findall(r"[^\W_]+", cell.text)
            for word in words if len(words) == 1 else words[1:]:
                unit = unit or unit_named(word)
        if role in {"price", "total"}:
            currency = currency or cell.currency
    return Columns(tuple(roles), unit, currency)


def assign(columns: Columns, cells: list[Cell]) -> dict[Role, list[Cell]]:
    """Return the cells of a row by role; empty cells may be missing from a PDF's rows."""
    roles = columns.roles
    # A spreadsheet leaves out empty cells at the end only, a PDF's text in the middle.
    padded = [*cells, *(Cell(0, 0, "") for _ in range(len(roles) - len(cells)))]
    choices = [list(zip(roles, padded, strict=False))]
    filled = [cell for cell in cells if cell.text]
    if len(filled) <= len(roles):
        choices += [
            list(zip(chosen, filled, strict=True)) for chosen in combinations(roles, len(filled))
        ]
    else:
        choices += [
            list(zip(roles, chosen, strict=True)) for chosen in combinations(filled, len(roles))
        ]
    by_index = any(not cell.text for cell in cells[:-1])
    scores = [
        _fit(choice) + (6.0 if i == 0 and by_index else 0.5 if i == 0 else 0.0)
        for i, choice in enumerate(choices)
    ]
    best = choices[max(range(len(choices)), key=lambda i: scores[i])]
    by_role: dict[Role, list[Cell]] = {}
    for role, cell in best:
        if cell.text:
            by_role.setdefault(role, []).append(cell)
    return by_role


def _fit(choice: list[tuple[Role, Cell]]) -> float:
    """How well cells suit their roles, with a bonus when quantity x price = total."""
    score = sum(_suits(role, cell) for role, cell in choice)
    figures = {role: cell.number for role, cell in choice if cell.number}
    if {"quantity", "price", "total"} <= figures.keys() and resolve(
        figures["quantity"], figures["price"], figures["total"]
    ):
        score += 5
    return score


def _suits(role: Role, cell: Cell) -> float:
    if not cell.text:
        return 0.0
    number, text = cell.number, cell.text
    has_fraction = bool(number) and bool(number[0] % 1)
    unit = unit_named(text)
    scores: dict[Role, float] = {
        "description": 3.0 if cell.is_text and not unit else -2.0,
        "quantity": (-1.0 if cell.currency else 1.0 if has_fraction else 3.0) if number else -4.0,
        "price": (2.0 + has_fraction + bool(cell.currency)) if number else -3.0,
        "total": (2.0 + bool(cell.currency)) if number else -3.0,
        "unit": 3.0 if unit else -2.0,
        "size": 3.0 if re.search(r"\d\s?[x*]\s?\d|\dcm|\d cm", text) else -1.0,
        "ref": 1.5 if len(text) < 14 and not cell.currency else -1.0,  # noqa: PLR2004 - a code
        "date": 2.0 if re.search(r"\d[/.-]\d|\d{4}", text) else -1.0,
        "not_ordered": 1.0 if number else -1.0,
        "tier": 0.0,
        "other": 0.3,
    }
    return scores[role]


def resolve(
    quantities: tuple[Decimal, ...], prices: tuple[Decimal, ...], totals: tuple[Decimal, ...]
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return the readings with which quantity x price = total, or None."""
    for quantity in quantities:
        for price in prices:
            for total in totals:
                if total and abs(quantity * price - total) <= max(Decimal("0.05"), total / 500):
                    return quantity, price, total
    return None


def is_ordered(cell: Cell | None) -> bool:
    return cell is not None and cell.text not in _NOT_ORDERED and any(cell.number)
