"""Customers as CRM dumps have them, with the truth: typists' faults, moves, families, branches.

The lists of names are the generator's own; what the search knows are other lists. Levels 1 to 3
say how many faults a copy has.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, replace


def _list(text: str) -> list[str]:
    """Entries between semicolons, or else words."""
    return text.split(";") if ";" in text else text.split()


GIVEN = _list(
    "Jean Pierre Michel Marie Jeanne Françoise Monique Philippe Nathalie Isabelle Aurélie Élodie"
    " Thibault Enguerrand Solène Maëlys Gwenaëlle Loïc Bérengère Anne-Sophie Jean-Baptiste"
    " Jean-Marc Marie-Claude Hélène Sylvain Fabienne Jean-François Corentin Baptiste Yann Ronan"
    " Capucine Léopold Augustin Apolline Kévin Jérôme Grégoire Ségolène Inès Rachida Mounir Yasmine"
    " Abdelkader Nour Chantal Gisèle Roselyne Marcelle Édith Fernand Gérald Hubert Sabine Estelle"
)
SURNAMES = _list(
    "Martin Bernard Petit Durand Moreau Lefebvre Leroy Roux Fournier Girard Bonnet Dupont Garnier"
    " Faure Rousseau Vincent Chevalier Blanchard Guérin Boyer"
    " Vandenbroucke Le_Goff Kermarrec Peyronnet Sauvageot Chassaing Lafargue d'Aubigny Quéméner"
    " Bouilloux Trescases Puech Cazenave Etcheverry Delattre Wattrelos Hochart Muckensturm Kieffer"
    " Zimmermann Bongrand Cormoreche Villalonga Fabregas Santucci Colonna Benmoussa El_Khattabi"
    " Nguyen Da_Silva Ferreira Chabrol Montfaucon Beaurepaire Desrousseaux Taillandier Verdier"
    " Maupassant Ravier Lhermitte Grandjean Petitjean Bellanger Courtecuisse Touzet Malaval Arnal"
    " Combes Escoffier Teyssier Chapuis Bouvard Perrodin Gaudillat Mathiot Vuillemin Jeanneret"
)
SYLLABLES = _list(
    "bar cou del fon gar lau mon nar pel quin ros sal tou val ver vil chas bri cla dor"
)
ENDINGS = _list("ier eau et in on ard ot ac an oux ville mont elle ault")
STREETS = _list(
    "rue de la République;avenue Jean Jaurès;boulevard Saint-Michel;rue du Moulin;chemin des Vignes"
    ";place de l'Église;route de Bordeaux;impasse des Lilas;allée des Tilleuls;rue Victor Hugo"
    ";avenue du Général Leclerc;rue Pasteur;rue des Écoles;quai de la Loire;rue Sainte-Catherine"
    ";boulevard Gambetta;chemin du Lavoir;rue du Faubourg Saint-Antoine;cours Mirabeau"
    ";avenue de la Libération;rue Jules Ferry;rue du Château;chemin de la Garenne;rue des Acacias"
    ";route de Paris;rue de la Gare;rue Nationale;place du Marché;rue Basse;montée des Carmes"
)
CITIES = [
    tuple(entry.split("|"))
    for entry in _list(
        "75011|Paris;75015|Paris;69003|Lyon;33000|Bordeaux;34000|Montpellier;13100|Aix-en-Provence"
        ";21200|Beaune;51100|Reims;68000|Colmar;37000|Tours;49000|Angers;84000|Avignon"
        ";11100|Narbonne;66000|Perpignan;30000|Nîmes;42000|Saint-Étienne;35400|Saint-Malo"
        ";71000|Mâcon;26600|Tain-l'Hermitage;33330|Saint-Émilion;59000|Lille;67000|Strasbourg"
        ";44000|Nantes;31000|Toulouse;06000|Nice;29200|Brest;76000|Rouen;64200|Biarritz"
        ";17000|La Rochelle;01000|Bourg-en-Bresse"
    )
]
TRADES = _list(
    "Cave;Restaurant;Hôtel;Domaine;Château;Boulangerie;Épicerie;Brasserie;Bistrot;Traiteur"
)
FIRM_NAMES = _list(
    "des Halles;du Port;Bellevue;Saint-Vincent;de la Tour;Les Quatre Vents;du Vieux Pressoir"
    ";Chez Lulu;La Treille;Au Bon Cep;des Arcades;Le Grand Cerf;de l'Abbaye;Les Oliviers"
    ";L'Ardoise;Belle Étoile;Le Comptoir;des Remparts;Mirabelle;La Cigogne"
)
FORMS = ("SARL", "SAS", "EURL", "SA", "Ets", "SCEA", "")
DOMAINS = ("gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "free.fr", "laposte.net")
SHORT = {
    "avenue": ("av.", "av", "ave"),
    "boulevard": ("bd", "Bld", "boul."),
    "rue": ("r.", "r"),
    "place": ("pl.", "pl"),
    "chemin": ("ch.", "che"),
    "route": ("rte",),
    "impasse": ("imp.",),
    "allée": ("all.",),
    "Saint": ("St", "st."),
    "Sainte": ("Ste",),
    "Général": ("Gal", "Gén."),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One row; rows of one ``truth`` are one customer."""

    truth: int
    given: str = ""
    surname: str = ""
    company: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}".strip()


def people(size: int, *, seed: int, level: int = 2, copies: float = 0.25) -> list[Person]:
    """About ``size`` rows, of which ``copies`` are copies of another one."""
    dice = random.Random(seed)  # noqa: S311 - data of a test
    entities = _entities(dice, int(size / (1 + copies)))
    rows = list(entities)
    for entity in dice.sample(entities, int(len(entities) * copies)):
        times = 2 if dice.random() < 0.08 else 1
        rows += [_copy(dice, entity, level) for _ in range(times)]
    dice.shuffle(rows)
    return rows


def _entities(dice: random.Random, size: int) -> list[Person]:
    rows: list[Person] = []
    while len(rows) < size:
        kind = dice.random()
        base = _person(dice, len(rows)) if kind < 0.72 else _firm(dice, len(rows))
        rows.append(base)
        if kind < 0.14:
            rows.extend(_family(dice, base, len(rows)))
        elif kind > 0.94:
            rows.extend(_branches(dice, base, len(rows)))
        elif kind > 0.90:
            rows.append(_neighbour(dice, base, len(rows)))
    return rows


def _surname(dice: random.Random) -> str:
    roll = dice.random()
    if roll < 0.35:
        return dice.choice(SURNAMES[:20])
    if roll < 0.6:
        return dice.choice(SURNAMES[20:]).replace("_", " ")
    return (dice.choice(SYLLABLES) + dice.choice(SYLLABLES) + dice.choice(ENDINGS)).title()


def _person(dice: random.Random, truth: int) -> Person:
    given, surname = dice.choice(GIVEN), _surname(dice)
    postal_code, city = dice.choice(CITIES)
    box = dice.choice(("{g}.{s}", "{g}{s}", "{i}{s}", "{s}.{g}", "{g}{n}")).format(
        g=_plain(given), s=_plain(surname), i=_plain(given)[:1], n=dice.randint(10, 99)
    )
    return Person(
        truth,
        given,
        surname,
        "",
        f"{dice.randint(1, 140)} {dice.choice(STREETS)}",
        postal_code,
        city,
        f"{box}@{dice.choice(DOMAINS)}" if dice.random() < 0.65 else "",
        _phone(dice) if dice.random() < 0.6 else "",
    )


def _firm(dice: random.Random, truth: int) -> Person:
    person = _person(dice, truth)
    words = f"{dice.choice(TRADES)} {dice.choice(FIRM_NAMES)}"
    if dice.random() < 0.4:
        words = f"{dice.choice(TRADES)} {_surname(dice)}"
    domain = f"{_plain(words)[:18]}.fr"
    return replace(
        person,
        given=person.given if dice.random() < 0.5 else "",
        surname=person.surname if dice.random() < 0.5 else "",
        company=f"{words} {dice.choice(FORMS)}".strip(),
        email=f"{dice.choice(('info', 'contact', _plain(person.given)))}@{domain}",
    )


def _family(dice: random.Random, base: Person, truth: int) -> list[Person]:
    """The same surname and address, often the same telephone, sometimes the same mailbox."""
    found = []
    others = dice.sample([name for name in GIVEN if name != base.given], 2)
    for number, given in enumerate(others[: dice.randint(1, 2)]):
        own = _person(dice, truth + number)
        found.append(
            replace(
                base,
                truth=truth + number,
                given=given,
                email=base.email if dice.random() < 0.3 else own.email,
                phone=base.phone if dice.random() < 0.6 else own.phone,
            )
        )
    return found


def _branches(dice: random.Random, base: Person, truth: int) -> list[Person]:
    """The same firm in another town."""
    found = []
    for number in range(dice.randint(1, 3)):
        other = _person(dice, truth + number)
        found.append(
            replace(
                other,
                given="",
                surname="",
                company=base.company,
                email=base.email if dice.random() < 0.5 else "",
            )
        )
    return found


def _neighbour(dice: random.Random, base: Person, truth: int) -> Person:
    """Another firm in the same house."""
    other = _firm(dice, truth)
    return replace(other, address=base.address, postal_code=base.postal_code, city=base.city)


def _phone(dice: random.Random) -> str:
    return f"0{dice.choice('1234567')} " + " ".join(f"{dice.randint(0, 99):02d}" for _ in range(4))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in letters if c.isascii() and c.isalnum())


def _copy(dice: random.Random, entity: Person, level: int) -> Person:
    faults = [dice.choice(_FAULTS) for _ in range(dice.randint(level, level * 2))]
    row = entity
    for fault in faults:
        row = fault(dice, row)
    return row if row.given or row.surname or row.company else replace(row, surname=entity.surname)


def typo(dice: random.Random, text: str) -> str:
    """One letter left out, doubled, replaced, or two swapped."""
    if len(text) < 4:
        return text
    at = dice.randrange(len(text) - 1)
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    return dice.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


def _shorten(_dice: random.Random, row: Person) -> Person:
    words = [
        _dice.choice(SHORT[word]) if word in SHORT else word
        for word in row.address.replace("-", " ").split()
    ]
    return replace(row, address=" ".join(words))


def _no_accents(_dice: random.Random, row: Person) -> Person:
    def bare(text: str) -> str:
        return "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )

    return replace(
        row,
        given=bare(row.given),
        surname=bare(row.surname),
        company=bare(row.company),
        address=bare(row.address),
        city=bare(row.city),
    )


def _capitals(dice: random.Random, row: Person) -> Person:
    return replace(
        _no_accents(dice, row),
        surname=row.surname.upper(),
        city=row.city.upper(),
        company=row.company.upper(),
    )


def _move(dice: random.Random, row: Person) -> Person:
    if row.company:
        return row
    other = _person(dice, row.truth)
    return replace(
        row,
        address=other.address,
        postal_code=other.postal_code,
        city=other.city,
        phone=row.phone if row.phone.startswith(("06", "07")) else other.phone,
    )


def _marry(dice: random.Random, row: Person) -> Person:
    if row.company or not (row.email or row.phone) or dice.random() < 0.5:
        return row
    return replace(row, surname=_surname(dice))


def _new_mail(dice: random.Random, row: Person) -> Person:
    return replace(row, email=_person(dice, 0).email if row.email else "")


def _short_given(dice: random.Random, row: Person) -> Person:
    if not row.given:
        return row
    return replace(row, given=f"{row.given[0]}." if dice.random() < 0.5 else row.given[:1])


def _phone_form(_dice: random.Random, row: Person) -> Person:
    digits = row.phone.replace(" ", "")
    return replace(row, phone=f"+33{digits[1:]}" if digits else "")


def _other_form(dice: random.Random, row: Person) -> Person:
    if not row.company:
        return row
    words = [word for word in row.company.split() if word not in FORMS]
    return replace(row, company=" ".join([*words, dice.choice(FORMS)]).strip())


_FAULTS = (
    lambda d, r: replace(r, surname=typo(d, r.surname)),
    lambda d, r: replace(r, given=typo(d, r.given)),
    lambda d, r: replace(r, company=typo(d, r.company)),
    lambda d, r: replace(r, address=typo(d, r.address)),
    lambda d, r: replace(r, city=typo(d, r.city)),
    lambda _d, r: replace(r, given=r.surname, surname=r.given),
    lambda _d, r: replace(r, email=""),
    lambda _d, r: replace(r, phone=""),
    lambda _d, r: replace(r, postal_code=""),
    lambda _d, r: replace(r, address="", postal_code=""),
    lambda d, r: replace(r, postal_code=typo(d, r.postal_code)),
    lambda d, r: replace(r, phone=typo(d, r.phone)),
    lambda d, r: replace(r, email=typo(d, r.email)),
    _shorten,
    _no_accents,
    _capitals,
    _move,
    _marry,
    _new_mail,
    _short_given,
    _phone_form,
    _other_form,
)


def febrl(size: int, *, seed: int, faults: int = 3) -> list[dict[str, str]]:
    """Rows of the shape of the public FEBRL sets, without the birth date; half are copies."""
    dice = random.Random(seed)  # noqa: S311 - data of a test
    states = ("nsw", "vic", "qld", "sa", "wa")
    columns = (
        "given_name",
        "surname",
        "street_number",
        "address_1",
        "address_2",
        "suburb",
        "postcode",
        "state",
    )
    rows = []
    for truth in range(size // 2):
        person = _person(dice, truth)
        postcode = dice.randint(2000, 6999)
        original = {
            "given_name": person.given.lower(),
            "surname": person.surname.lower(),
            "street_number": str(dice.randint(1, 300)),
            "address_1": f"{_surname(dice).lower()} {dice.choice(('street', 'crescent', 'place'))}",
            "address_2": f"{_surname(dice).lower()} park" if dice.random() < 0.5 else "",
            "suburb": f"{SYLLABLES[postcode % 20]}{ENDINGS[postcode % 14]}",
            "postcode": str(postcode),
            "state": dice.choice(states),
        }
        copy = dict(original)
        for _ in range(dice.randint(1, faults)):
            column = dice.choice(columns)
            copy[column] = "" if dice.random() < 0.2 else typo(dice, copy[column])
        if dice.random() < 0.1:
            copy["given_name"], copy["surname"] = copy["surname"], copy["given_name"]
        rows += [{**original, "rec": str(truth)}, {**copy, "rec": str(truth)}]
    dice.shuffle(rows)
    return rows
