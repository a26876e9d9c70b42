"""A CSV file of customers of all kinds, always the same for the same number of rows."""

from __future__ import annotations

import csv
import random
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = (
    "Code client",
    "Nom",
    "Société",
    "E-mail",
    "Téléphone",
    "Adresse",
    "Code postal",
    "Ville",
    "Pays",
    "Langue",
    "Catégorie",
    "Newsletter",
)
FIRST = [
    "Gaël",
    "Zoé",
    "Thaïs",
    "François",
    "Loïc",
    "Maëlle",
    "Jules",
    "Camille",
    "Hélène",
    "Benoît",
    "Anaïs",
    "Jérôme",
    "Chloé",
]
LAST = [
    "Oumarou",
    "Brélard",
    "Villeneuve",
    "Jaubertie",
    "Fontanel",
    "Delpierre",
    "Tournefeuille",
    "Martin",
    "Lefèvre",
    "Roux",
    "Garnier",
    "Chevalier",
    "Gauthier",
    "Perrin",
    "Morin",
    "Dupuis",
    "Rivière",
    "Carpentier",
]
FIRMS = ["Caves", "Cellier", "Bistrot", "Épicerie", "Auberge", "Domaine", "Comptoir", "Vinothèque"]
SAINTS = ["Saint-Vincent", "Saint-Émile", "Sainte-Foy", "du-Marché", "des-Halles", "de-la-Gare"]
STREETS = [
    "impasse du Pressoir",
    "avenue de la République",
    "quai de la Fontaine",
    "place de l'Église",
]
TOWNS = (
    ("97400", "Saint-Denis"),
    ("13100", "Aix-en-Provence"),
    ("68000", "Colmar"),
    ("20000", "Ajaccio"),
    ("21000", "Dijon"),
    ("33000", "Bordeaux"),
    ("75011", "Paris"),
)


def write_csv(path: Path, count: int, *, moved: int = 0) -> None:
    """Customers of all kinds; of every ``moved`` one the address is another."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(customers(count, moved))


def customers(count: int, moved: int) -> Iterator[tuple[str, ...]]:
    pick = random.Random(7)
    for number in range(count):
        first, last = pick.choice(FIRST), pick.choice(LAST)
        is_firm = number % 4 == 0
        firm = f"{pick.choice(FIRMS)} {pick.choice(SAINTS)} {number}" if is_firm else ""
        postal_code, town = pick.choice(TOWNS)
        house = pick.randrange(1, 200) + (500 if moved and number % moved == 0 else 0)
        yield (
            f"C{number:07}",
            f"{first} {last}",
            firm,
            f"{plain(first)}.{plain(last)}{number}@client.example",
            (
                f"06 {number // 1000000 + 10:02} {number // 10000 % 100:02}"
                f" {number // 100 % 100:02} {number % 100:02}"
            ),
            f"{house} {pick.choice(STREETS)}",
            postal_code,
            town,
            "France",
            "fr",
            "Restaurant" if is_firm else "Particulier",
            "O" if number % 3 else "N",
        )


@cache
def plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower())
    return "".join(letter for letter in letters if letter.isascii())
