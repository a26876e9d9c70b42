"""The one table of nicknames, which searches and matching read."""

from __future__ import annotations

from collections import Counter

from listings.extraction import nicknames
from listings.extraction.catalogue import load_shipped
from listings.extraction.tokens import tokenise
from listings.matching import nicknames as matching
from listings.search import nicknames as searching


def test_every_nickname_is_of_a_family_of_the_catalogue():
    known = {(row.brand, row.model) for row in load_shipped().models}
    brands = {row.brand for row in load_shipped().brands}

    assert [row for row in nicknames.rows() if row.brand not in brands] == []
    assert [
        row for row in nicknames.rows() if row.model and (row.brand, row.model) not in known
    ] == []


def test_a_complete_nickname_is_said_once():
    words = Counter((row.brand, row.word) for row in nicknames.rows() if row.is_complete)

    assert [word for word, count in words.items() if count > 1] == []


def test_searching_and_matching_mean_the_same_watch():
    [hulk] = searching.find(tokenise("hulk"))[0].value
    [meant] = matching.said("Rolex", "WTB Hulk").meant

    assert hulk.keys == {one.key for one in meant} == {"116610lv"}


def test_an_ending_is_a_part_of_its_reference_in_a_search():
    assert searching.find(tokenise("126710blnr")) == []
    assert [one.key for one in matching.said("Rolex", "blnr").meant[0]] == [
        "116710blnr",
        "126710blnr",
    ]
