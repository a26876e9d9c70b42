"""The exports of the estate, made from a few lists: the same ones whenever it is asked."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FIRST = (
    "Camille", "Léa", "Hélène", "Jérôme", "Noël", "Aurélie", "Étienne", "Maëlle", "Loïc", "Inès",
    "Théo", "Océane", "Raphaël", "Solène", "Benoît", "Clémence",
)  # fmt: skip
LAST = (
    "Vasselin", "Duprez-Morel", "de La Tournelle", "Quintard", "Bréhaut", "Faucillon", "L'Hermine",
    "Mazerolle", "Trévidic", "Carlier", "Houdebine", "Puyfaucher", "Sauvageot",
)  # fmt: skip
HOUSES = (
    "Cave des Halles", "Le Comptoir du Port", "Auberge du Vieux Pressoir", "Épicerie Bel-Air",
    "Bistrot Saint-Éloi", "Vins & Terroirs", "Weinhaus Lindner", "The Claret Room",
)  # fmt: skip
TOWNS = (
    ("44000", "Nantes"), ("69002", "Lyon"), ("33000", "Bordeaux"), ("21000", "Dijon"),
    ("67000", "Strasbourg"), ("01000", "Bourg-en-Bresse"), ("59800", "Lille"), ("35000", "Rennes"),
)  # fmt: skip
STREETS = ("rue des Lilas", "avenue Foch", "place du Marché", "chemin de la Fontaine")
FAMILIES = {
    "Rouge": "Vins rouges", "Blanc": "Vins blancs", "Rosé": "Vins rosés",
    "Effervescent": "Effervescents", "Liquoreux": "Liquoreux",
}  # fmt: skip
CHANNELS = ("Caveau", "Site web", "Salon", "Téléphone", "CHR")


@dataclass(frozen=True, slots=True)
class Wine:
    name: str
    appellation: str
    colour: str
    grapes: str
    price: Decimal


WINES = tuple(
    Wine(name, appellation, colour, grapes, Decimal(price))
    for name, appellation, colour, grapes, price in (
        ("Clos des Aubépines", "Saumur-Champigny", "Rouge", "Cabernet Franc 100%", "9.80"),
        ("Vieilles Murailles", "Chinon", "Rouge", "Cabernet Franc 100%", "13.20"),
        ("Terre d'Ardoise", "Anjou Villages", "Rouge", "Cabernet Sauvignon 100%", "8.60"),
        ("Les Trois Chênes", "Bourgueil", "Rouge", "Cabernet Franc 100%", "10.90"),
        ("Petit Gamin", "Anjou Gamay", "Rouge", "Gamay 100%", "6.90"),
        ("Nuit de Grolle", "Vin de France", "Rouge", "Grolleau 100%", "7.80"),
        ("Les Hauts de Brume", "Anjou", "Blanc", "Chenin 100%", "11.50"),
        ("Pierre à Feu", "Savennières", "Blanc", "Chenin 100%", "18.40"),
        ("Le Gué", "Muscadet Sèvre et Maine", "Blanc", "Melon de Bourgogne 100%", "7.60"),
        ("Vent d'Ouest", "Touraine", "Blanc", "Sauvignon 100%", "8.90"),
        ("Clos du Héron", "Montlouis", "Blanc", "Chenin 100%", "14.60"),
        ("Rosée du Matin", "Rosé d'Anjou", "Rosé", "Grolleau 60%, Gamay 40%", "6.40"),
        ("Joue d'Églantine", "Cabernet d'Anjou", "Rosé", "Cabernet Franc 100%", "7.10"),
        ("Perle de Juin", "Crémant de Loire", "Effervescent", "Chenin 70%, Chardonnay 30%", "12"),
        ("Bulle de Halage", "Saumur Brut", "Effervescent", "Chenin 100%", "10.20"),
        ("L'Or d'Automne", "Coteaux du Layon", "Liquoreux", "Chenin 100%", "16.90"),
    )
)
CUSTOMERS, VINTAGES = 120, 3
# Customers without a name, and without a code.
UNREADABLE = (23, 42)
# Days back to the first sales, and the usual days between two purchases of a customer.
FIRST_SALE, RHYTHMS = 900, (40, 60, 90, 90, 120, 180)
# How often a customer buys what they like, else anything; one of so many customers has left.
LOYALTIES, LEFT = (0.9, 0.6, 0.3, 0.1), 8
# How often anything else is at least of a colour that they like.
CURIOSITY = 0.5
# Years back to the vintage that a customer prefers.
AGES = (1, 1, 2)


def files(today: dt.date, *, note: str) -> dict[str, bytes]:
    """Customers, products, sales and stock by the names of the files, as iSaVigne writes them."""
    chance = random.Random(2019)  # noqa: S311 - nothing secret about invented people
    stamp = f"{today:%Y%m%d}"
    products = _products(today)
    return {
        f"clients_{stamp}.csv": _sheet(_customers(chance, today, note)),
        f"produits_{stamp}.csv": _sheet(products),
        f"ventes_{stamp}.csv": _sheet(_sales(chance, today, products)),
        f"stock_{stamp}.csv": _sheet(_stock(chance, today, products)),
    }


def _customers(chance: random.Random, today: dt.date, note: str) -> list[list[str]]:
    rows = [_customer(chance, number, today, note) for number in range(1, CUSTOMERS + 1)]
    # The same people again: once in capitals, once without what they are known by.
    rows += [
        ["D9001", *_again(rows[3], capitals=True)],
        ["D9002", *_again(rows[10], capitals=True)],
        ["D9003", *_again(rows[17], capitals=False)],
    ]
    # What happens in every file: no name, an address that is none, a number too short, no code.
    nameless, codeless = UNREADABLE
    rows[nameless - 1][2:5] = ["", "", ""]
    rows[28][12] = "h.quintard(at)mail.example"
    rows[33][10] = "0199"
    rows[codeless - 1][0] = ""
    head = (
        "Code client", "Civilité", "Raison sociale", "Nom", "Prénom", "Adresse 1", "Adresse 2",
        "Code postal", "Ville", "Pays", "Téléphone", "Portable", "E-mail", "Catégorie",
        "Date création", "Dernière commande", "CA cumulé TTC", "Newsletter", "Observations",
    )  # fmt: skip
    return [list(head), *rows]


def _customer(chance: random.Random, number: int, today: dt.date, note: str) -> list[str]:
    first, last = FIRST[number % len(FIRST)], LAST[number * 5 % len(LAST)]
    house = HOUSES[number // 7 % len(HOUSES)] if number % 7 == 0 else ""
    code, town = TOWNS[number % len(TOWNS)]
    mail = f"client{number}@{'maison' if house else 'courriel'}{number % 5}.example"
    since = today - dt.timedelta(days=chance.randrange(200, 365 * 6))
    return [
        f"D{number:04}", "" if house else chance.choice(("M.", "Mme")), house, last, first,
        f"{chance.randrange(1, 90)} {chance.choice(STREETS)}", "", code, town, "France",
        f"01 99 00 1{number % 10} {number:02}", f"06 39 98 1{number % 10} {number:02}", mail,
        "Professionnel" if house else "Particulier", f"{since:%d/%m/%Y}", "", "",
        "O" if number % 3 else "N", note,
    ]  # fmt: skip


def _again(row: Sequence[str], *, capitals: bool) -> list[str]:
    copy = list(row[1:])
    if capitals:
        copy[2], copy[3] = copy[2].upper(), copy[3].upper()
    else:
        copy[9], copy[10], copy[11] = "", "", ""
    return copy


def _products(today: dt.date) -> list[list[str]]:
    head = (
        "Code article", "Désignation", "Appellation", "Couleur", "Cépages", "Millésime",
        "Contenance", "Conditionnement", "Degré", "Prix HT", "TVA", "Prix TTC", "Stock", "Actif",
        "Code EAN", "Famille",
    )  # fmt: skip
    rows = [list(head)]
    for place, wine in enumerate(WINES):
        for year in range(today.year - VINTAGES, today.year):
            price = wine.price + Decimal("0.35") * (today.year - 1 - year)
            rows.append([
                f"DV{place + 1:02}{year % 100:02}", f"{wine.name} {year}", wine.appellation,
                wine.colour, wine.grapes, str(year), "75 cl", "Carton de 6",
                "13,5" if wine.colour == "Rouge" else "12,5", _money(price), "20,00",
                _money(price * Decimal("1.2")), "", "O", f"37600991{place:02}{year % 100:02}0",
                FAMILIES[wine.colour],
            ])  # fmt: skip
    return rows


def _sales(
    chance: random.Random, today: dt.date, products: Sequence[Sequence[str]]
) -> list[list[str]]:
    head = (
        "N° ligne", "Type pièce", "N° pièce", "Date pièce", "Code client", "Client",
        "Code article", "Désignation", "Quantité", "Unité", "PU HT", "Remise %", "Montant HT",
        "Taux TVA", "Montant TTC", "Canal", "Règlement",
    )  # fmt: skip
    by_code = {product[0]: product for product in products[1:]}
    rows = [list(head)]
    for document, (day, code, wines) in enumerate(_purchases(chance, today), start=1):
        for wine in wines:
            product = by_code[wine]
            count = chance.choice((1, 2, 3, 6, 6, 12, 24))
            price = Decimal(product[9].replace(",", "."))
            rows.append([
                str(len(rows)), "Facture", f"DF{document:05}", f"{day:%d/%m/%Y}", code, "",
                wine, product[1], str(count), "Bouteille", product[9], "0,00",
                _money(price * count), "20,00", _money(price * count * Decimal("1.2")),
                chance.choice(CHANNELS), "CB",
            ])  # fmt: skip
    # A day that does not exist, a customer and a wine that nobody knows, a total that is wrong.
    rows[40][3] = "31/02/2025"
    rows[90][4] = "D7777"
    rows[150][6] = "DV9999"
    rows[200][12] = "9 999,00"
    rows[260][8] = ""
    return rows


def _purchases(
    chance: random.Random, today: dt.date
) -> Iterator[tuple[dt.date, str, Iterable[str]]]:
    """Day, customer, wines: most customers have a rhythm and two or three wines they like."""
    for number in range(1, CUSTOMERS + 1):
        colours = chance.sample(("Rouge", "Blanc", "Rosé", "Effervescent"), 2)
        # The first three more than the others of their colours, those more than anything else.
        liked = [place for place, wine in enumerate(WINES) if wine.colour in colours]
        chance.shuffle(liked)
        loyalty, age = chance.choice(LOYALTIES), chance.choice(AGES)
        rhythm = chance.choice(RHYTHMS)
        ago = chance.randrange(1, rhythm) + (250 if number % LEFT == 0 else 0)
        # Now and then somebody bought once only, or nothing yet.
        most = chance.choices((0, 1, 30), (1, 2, 17))[0] if number not in UNREADABLE else 1
        while ago < FIRST_SALE and most:
            day = today - dt.timedelta(days=ago)
            vintage = max(day.year - age, today.year - VINTAGES)
            yield day, f"D{number:04}", _basket(chance, liked, loyalty, vintage)
            ago += max(7, int(rhythm * chance.gauss(1, 0.15)))
            most -= 1


def _basket(
    chance: random.Random, liked: Sequence[int], loyalty: float, vintage: int
) -> Iterable[str]:
    """Codes of wines."""
    codes = {}
    for _line in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.randrange(len(WINES))
        if chance.random() < loyalty:
            place = chance.choices(liked[:3], (5, 2, 1))[0]
        elif chance.random() < CURIOSITY:
            place = chance.choice(liked)
        codes[f"DV{place + 1:02}{vintage % 100:02}"] = True
    return codes


def _stock(
    chance: random.Random, today: dt.date, products: Iterable[Sequence[str]]
) -> list[list[str]]:
    rows = [["Code article", "Désignation", "Dépôt", "Quantité", "Unité", "Date inventaire"]]
    counted = f"{today.replace(day=1):%d/%m/%Y}"
    for wine in list(products)[1:]:
        for depot, most in (("Chai", 900), ("Caveau", 60)):
            count = str(chance.randrange(most))
            rows.append([wine[0], wine[1], depot, count, "Bouteille", counted])
    return rows


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _sheet(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("cp1252")
