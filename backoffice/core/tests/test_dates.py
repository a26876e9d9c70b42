from __future__ import annotations

import datetime as dt

import pytest

from backoffice.core import dates
from backoffice.core.text import folded

WEDNESDAY = dt.date(2026, 4, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le 21 avril 2026", "2026-04-21"),
        ("24/04/2026", "2026-04-24"),
        ("20.04.2026", "2026-04-20"),
        ("2026-05-06 00:00:00", "2026-05-06"),
        ("mercredi 13 mai 2026", "2026-05-13"),
        ("May 18, 2026", "2026-05-18"),
        ("23rd of June", "2026-06-23"),
        ("1er juin", "2026-06-01"),
        ("pour le cinq mai", "2026-05-05"),
        ("12 ماي", "2026-05-12"),
        ("f 12 mai", "2026-05-12"),
        ("15/05", "2026-05-15"),
        ("05/25/2026", "2026-05-25"),
        ("le 5 janvier", "2027-01-05"),
        ("pour le 24 svp", "2026-05-24"),
        ("vendredi", "2026-05-01"),
        ("mercredi", "2026-05-06"),
        ("lundi prochin", "2026-05-04"),
        ("dimanche en huit", "2026-05-10"),
        ("vendredi dernier", "2026-04-24"),
        ("nhar ljem3a", "2026-05-01"),
        ("nhar tlat", "2026-05-05"),
        ("نهار الاثنين", "2026-05-04"),
        ("demain", "2026-04-30"),
        ("ghedda", "2026-04-30"),
        ("bèd ghedda", "2026-05-01"),
        ("après-demain", "2026-05-01"),
        ("غدا", "2026-04-30"),
        ("sous 10 jours", "2026-05-09"),
        ("dans deux semaines", "2026-05-13"),
        ("dans un mois", "2026-05-29"),
        ("sous 48h", "2026-05-01"),
        ("dans 3 jours ouvrés", "2026-05-04"),
        ("sous quinzaine", "2026-05-14"),
        ("la semaine prochaine", "2026-05-04"),
        ("fin de semaine", "2026-05-01"),
        ("semaine 20", "2026-05-11"),
        ("fin du mois", "2026-04-30"),
        ("fin mai", "2026-05-31"),
        ("mi-mai", "2026-05-15"),
        ("samdi matin", "2026-05-02"),
        ("avant vandredi", "2026-05-01"),
        ("on thrusday", "2026-04-30"),
        ("jeudi 14 chez nous", "2026-05-14"),
        ("nhar lkhmis 14 f sbah", "2026-05-14"),
        ("jeudi 23 svp", "2026-04-23"),
        ("le 30 de ce mois", "2026-04-30"),
        ("le 30 courant", "2026-04-30"),
        ("le 5 du mois prochain", "2026-05-05"),
        ("25 f had chhar", "2026-04-25"),
        ("يوم 30 من هاد الشهر", "2026-04-30"),
        ("by the end of next month", "2026-05-31"),
        ("f lekher dyal chhar", "2026-04-30"),
        ("lundi en quinze", "2026-05-18"),
        ("d'ici une dizaine de jours", "2026-05-09"),
        ("la veille du 30 mai", "2026-05-29"),
        ("livraison 3 jours avant samedi", "2026-04-29"),
    ],
)
def test_days_as_people_say_them(text: str, day: str):
    (found,) = dates.find(folded(text), WEDNESDAY)

    assert found.value.isoformat() == day


@pytest.mark.parametrize(
    "text",
    [
        "2000 sacs torsadées 22 x 10 x 28",
        "5 000 sachets, 12 cartons, 40 kg",
        "1/2 baguette",
        "tlata dyal les cartons",
        "40/13/2026",
        "31/02/2026",
        "mar",
        "Karim Samdi",
        "le manche",
    ],
)
def test_other_figures_are_no_days(text: str):
    assert dates.find(folded(text), WEDNESDAY) == []


def test_positions_are_of_the_words():
    text = folded("livrer lundi 4 mai svp")
    (found,) = dates.find(text, WEDNESDAY)

    assert text[found.start : found.end] == "lundi 4 mai"
    assert (found.kind, found.certainty) == ("absolute", 1.0)
