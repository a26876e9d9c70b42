"""Tables of a wine estate with a known number of faults, each in a row of its own.

``plant(seed)`` makes about 5,000 rows of customers, products, sales and stock. A fault says which
row of which table has it, what it is found as, and what the cells are once mended.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = dict[str, str]
TODAY = dt.date(2026, 11, 21)
CENT = Decimal("0.01")
COPIES = 5
SIZES = {"customer": 1500, "product": 500, "sale": 2600, "stock": 400}


@dataclass(frozen=True, slots=True)
class Fault:
    """``number`` counts as a spreadsheet does; ``code`` and ``severity`` as an anomaly has them."""

    entity: str
    number: int
    code: str
    severity: str
    good: Mapping[str, str]


@dataclass(slots=True)
class Estate:
    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def good_key(self, chance: random.Random, entity: str) -> str:
        """Of a row without a fault: whoever is refused leaves nobody without a reference."""
        bad = {fault.number for fault in self.faults if fault.entity == entity}
        while True:
            place = chance.randrange(SIZES[entity])
            if place + 2 not in bad:
                return self.rows[entity][place]["key"]

    def as_csv(self, entity: str) -> bytes:
        """The table as French Excel writes it."""
        return written(self.rows[entity])

    def mended(self, entity: str) -> bytes:
        """The same table without a fault; the copies of rows are gone."""
        rows = [dict(row) for row in self.rows[entity]]
        gone = set()
        for fault in self.faults:
            if fault.entity != entity:
                continue
            rows[fault.number - 2].update(fault.good)
            if fault.code == "duplicate_key":
                gone.add(fault.number - 2)
        return written([row for place, row in enumerate(rows) if place not in gone])


def written(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def euros(value: Decimal) -> str:
    return str(value.quantize(CENT)).replace(".", ",")


def day(value: dt.date) -> str:
    return f"{value:%d/%m/%Y}"


def plant(seed: int = 1, faults: int = 1000) -> Estate:
    """The estate; the same seed makes the same faults."""
    chance = random.Random(seed)  # noqa: S311 - test data
    estate = Estate()
    makers = {"customer": _customer, "product": _product, "sale": _sale, "stock": _stock}
    total = sum(SIZES.values())
    for entity, size in SIZES.items():
        estate.rows[entity] = [
            makers[entity](chance, number, estate) for number in range(1, size + 1)
        ]
        count = faults * size // total - (0 if entity == "stock" else COPIES)
        places = chance.sample(range(size - 1), count)
        for turn, place in enumerate(sorted(places)):
            code, severity, spoil = SPOILERS[entity][turn % len(SPOILERS[entity])]
            row = estate.rows[entity][place]
            bad = spoil(chance, dict(row))
            good = {name: row[name] for name in row if row[name] != bad[name]}
            estate.rows[entity][place] = bad
            estate.faults.append(Fault(entity, place + 2, code, severity, good))
        _copy(chance, estate, entity)
    return estate


def _copy(chance: random.Random, estate: Estate, entity: str) -> None:
    """Exact copies of good rows, at the end."""
    if entity == "stock":
        return
    bad = {fault.number for fault in estate.faults if fault.entity == entity}
    good = [number for number in range(2, len(estate.rows[entity]) + 2) if number not in bad]
    for number in chance.sample(good, COPIES):
        row = dict(estate.rows[entity][number - 2])
        estate.rows[entity].append(row)
        place = len(estate.rows[entity]) + 1
        fresh = {next(iter(row)): f"NEW{place}"}
        if entity == "customer":
            fresh["email"] = f"new{place}@client.example"
        if entity == "product":
            fresh |= {"barcode": "", "name": f"Cuvée neuve {place}"}
        estate.faults.append(Fault(entity, place, "duplicate_key", "critical", fresh))


def _customer(chance: random.Random, number: int, _estate: Estate) -> Row:
    born = TODAY - dt.timedelta(days=chance.randrange(30, 3000))
    return {
        "key": f"C{number:05}",
        "name": f"{chance.choice(FIRST)} {chance.choice(LAST)}{chance.choice(LAST).lower()}",
        "email": f"client{number}@client.example",
        "phone": f"01 99 00 {number // 100:02} {number % 100:02}",
        "address": f"{chance.randrange(1, 200)} rue de la Fontaine",
        "postal_code": f"{chance.choice([21, 33, 13, 75, 69])}{chance.randrange(1, 900):03}",
        "city": chance.choice(["Dijon", "Bordeaux", "Paris", "Lyon"]),
        "country": "France",
        "created_on": day(born),
    }


def _product(chance: random.Random, number: int, _estate: Estate) -> Row:
    cost = Decimal(chance.randrange(300, 1500)) / 100
    return {
        "key": f"V{number:04}",
        "name": f"Cuvée {chance.choice(LAST)} {number}",
        "category": chance.choice(["Rouge", "Blanc", "Rosé"]),
        "list_price": euros(cost * Decimal("1.8")),
        "cost_price": euros(cost),
        "currency": "EUR",
        "vintage": str(chance.randrange(2005, 2026)),
        "alcohol": f"{chance.randrange(110, 150) / 10:.1f}".replace(".", ","),
        "barcode": f"376{number:010}",
    }


def _sale(chance: random.Random, number: int, estate: Estate) -> Row:
    product = estate.good_key(chance, "product")
    price = Decimal(900 + int(product[1:])) / 100
    quantity = chance.choice([1, 2, 3, 6, 6, 6, 12, 12, 24, 36])
    discount = chance.choice([0, 0, 0, 5, 10])
    amount = price * quantity * (100 - discount) / 100
    return {
        "key": f"L{number}",
        "customer_key": estate.good_key(chance, "customer"),
        "product_key": product,
        "sold_on": day(TODAY - dt.timedelta(days=chance.randrange(1, 700))),
        "document": f"FA{number // 3}",
        "quantity": str(quantity),
        "unit_price": euros(price),
        "discount": str(discount),
        "amount": euros(amount),
    }


def _stock(chance: random.Random, number: int, estate: Estate) -> Row:
    return {
        "product_key": estate.good_key(chance, "product"),
        "warehouse": f"Dépôt {number}",
        "quantity": str(chance.randrange(0, 900)),
        "reserved": "0",
        "counted_on": "31/10/2026",
    }


def _put(**cells: str) -> Callable[[random.Random, Row], Row]:
    return lambda _chance, row: {**row, **cells}


def _email(_chance: random.Random, row: Row) -> Row:
    return {**row, "email": row["email"].replace("@", " chez ")}


def _typo(_chance: random.Random, row: Row) -> Row:
    return {**row, "email": row["email"].replace("client.example", "gmial.com")}


def _zero_lost(_chance: random.Random, row: Row) -> Row:
    return {**row, "postal_code": "1200"}


def _below_cost(_chance: random.Random, row: Row) -> Row:
    cost = Decimal(row["cost_price"].replace(",", "."))
    return {**row, "list_price": euros(cost / 2)}


def _sign(_chance: random.Random, row: Row) -> Row:
    return {**row, "quantity": f"-{row['quantity']}"}


def _wrong_total(_chance: random.Random, row: Row) -> Row:
    amount = Decimal(row["amount"].replace(",", "."))
    return {**row, "amount": euros(amount + Decimal("7.77"))}


def _with_tax(_chance: random.Random, row: Row) -> Row:
    amount = Decimal(row["amount"].replace(",", "."))
    return {**row, "amount": euros(amount * Decimal("1.2"))}


def _negative(_chance: random.Random, row: Row) -> Row:
    return {**row, "quantity": "-5"}


FIRST = ["Anne", "Gaël", "Zoé", "Thaïs", "François", "Inès", "Noël", "Chloé"]
LAST = ["Martin", "Brûlard", "Jaubertie", "Lefèvre", "Garnier", "Aubry", "Perrin", "Vidal"]
SPOILERS: Mapping[str, list[tuple[str, str, Callable[[random.Random, Row], Row]]]] = {
    "customer": [
        ("required_missing", "critical", _put(name="")),
        ("invalid_email", "high", _email),
        ("invalid_email", "medium", _typo),
        ("invalid_phone", "high", _put(phone="06 39")),
        ("inconsistent", "medium", _zero_lost),
        ("impossible_date", "high", _put(created_on="31/02/2020")),
        ("future_date", "high", _put(created_on="01/01/2031")),
        ("too_long", "high", _put(city="Saint-" * 30)),
        ("required_missing", "critical", _put(key="")),
    ],
    "product": [
        ("required_missing", "critical", _put(name="")),
        ("type_mismatch", "high", _put(list_price="douze euros")),
        ("out_of_range", "high", _put(vintage="22021")),
        ("out_of_range", "medium", _put(alcohol="45,0")),
        ("inconsistent", "medium", _below_cost),
        ("out_of_range", "high", _put(cost_price="-3,00")),
        ("not_in_list", "high", _put(currency="QQQ")),
    ],
    "sale": [
        ("required_missing", "critical", _put(customer_key="")),
        ("unknown_customer", "critical", _put(customer_key="C99999")),
        ("unknown_product", "critical", _put(product_key="V9999")),
        ("impossible_date", "critical", _put(sold_on="31/02/2026")),
        ("required_missing", "critical", _put(sold_on="")),
        ("future_date", "critical", _put(sold_on="15/06/2031")),
        ("type_mismatch", "critical", _put(quantity="beaucoup")),
        ("negative_quantity", "critical", _sign),
        ("total_differs", "medium", _wrong_total),
        ("total_differs", "medium", _with_tax),
        ("total_differs", "medium", _put(quantity="0")),
        ("out_of_range", "critical", _put(quantity="5000000")),
    ],
    "stock": [
        ("unknown_product", "critical", _put(product_key="V9999")),
        ("negative_quantity", "medium", _negative),
        ("required_missing", "critical", _put(quantity="")),
        ("future_date", "high", _put(counted_on="01/02/2031")),
        ("type_mismatch", "critical", _put(quantity="env. 20 cartons")),
    ],
}
