from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm import customers
from crm.customers import add_identities, normalised
from crm.duplicates import blocking, deciding, index, scoring, searching, spreadsheet
from crm.duplicates.frequencies import Frequencies
from crm.duplicates.reasons import WORDS
from crm.duplicates.records import Record, record, skeleton
from crm.models import Customer, DuplicateCandidate, DuplicateScan
from crm.tests.lookalikes import febrl, people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from crm.tests.lookalikes import Person

HOUSE = {"address": "12 avenue du Général Leclerc", "postal_code": "33000", "city": "Bordeaux"}
JEAN = {**HOUSE, "name": "Jean Lafargue"}


def likely(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    one, other = record(1, **first), record(2, **second)
    return scoring.score(one, other, Frequencies.of([one, other])).probability


@pytest.mark.parametrize(
    "other",
    [
        {"name": "LAFARGUE Jean", "address": "12 av. du Gal LECLERC"},
        {"name": "Jean Lafarge", "address": "12, Av Général-Leclerc"},
        {"name": "Jean Lafargue", "postal_code": "", "city": "BORDEAUX CEDEX"},
        {"name": "J. Lafargue"},
        {"name": "M. Jean Lafargue", "address": "Bât. B, 12 avenue du Général Leclerc"},
    ],
)
def test_spellings_of_one_person_are_one(other: dict[str, Any]):
    assert likely(JEAN, {**HOUSE, **other}) > 0.8


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Marie Lafargue"},
        {"name": "Pierre Lafargue", "phones": ["+33556000001"], "emails": ["famille@free.fr"]},
        {"name": "Jeanne Lafargue"},
        {"name": "Paul Chassaing"},
    ],
)
def test_a_family_at_one_address_is_several(other: dict[str, Any]):
    mine = {**JEAN, "phones": ["+33556000001"], "emails": ["famille@free.fr"]}

    assert likely(mine, {**HOUSE, **other}) < 0.5


def test_who_moved_is_known_by_mailbox_or_number():
    moved = {"name": "Jean Lafargue", "address": "3 rue Basse", "postal_code": "44000"}

    assert (
        likely({**JEAN, "phones": ["06 12 34 56 78"]}, {**moved, "phones": ["+33612345678"]}) > 0.9
    )
    assert likely({**JEAN, "emails": ["jl@a.fr"]}, {**moved, "emails": ["jl@a.fr"]}) > 0.9


def test_branches_of_a_firm_are_several_and_its_legal_form_is_nothing():
    port = {"company": "Cave du Port SARL", "emails": ["info@caveduport.fr"], **HOUSE}
    branch = {"company": "Cave du Port", "address": "8 quai de la Loire", "postal_code": "44000"}

    assert likely(port, {**branch, "city": "Nantes", "emails": ["info@caveduport.fr"]}) < 0.5
    assert likely(port, {**HOUSE, "company": "CAVE DU PORT S.A.S."}) > 0.8
    assert likely(port, {**HOUSE, "name": "Cave du Port"}) > 0.8


def test_a_frequent_name_proves_less_than_a_rare_one():
    crowd = [record(n, name="Jean Martin", city="Paris") for n in range(200)]
    rare = [record(n + 500, name="Enguerrand Muckensturm", city="Paris") for n in range(2)]
    known = Frequencies.of(crowd + rare)

    frequent = scoring.score(crowd[0], crowd[1], known).probability
    unusual = scoring.score(rare[0], rare[1], known).probability
    assert (frequent < 0.2, unusual > 0.7) == (True, True)


def test_every_reason_has_words():
    rows = [_record(n, row) for n, row in enumerate(people(400, seed=3, level=3))]
    known = Frequencies.of(rows)

    codes = {
        reason.code
        for one, other in blocking.pairs(rows).pairs
        for reason in scoring.score(rows[one], rows[other], known).reasons
    }

    assert codes - set(WORDS) == set()


@pytest.mark.parametrize(
    ("one", "other"), [("lefebvre", "lefèvre"), ("philippe", "filipe"), ("schmitt", "smit")]
)
def test_names_that_sound_alike_share_their_skeleton(one: str, other: str):
    first, second = skeleton(one), skeleton(other.replace("è", "e"))

    assert first.replace("b", "") == second.replace("b", "")


@pytest.mark.parametrize("level", [1, 2])
def test_most_copies_are_found_and_nearly_all_found_are_copies(level: int):
    rows = people(2000, seed=20261121, level=level)
    records = [_record(number, row) for number, row in enumerate(rows)]

    found, precision, recall, share = _quality(records, [row.truth for row in rows])

    assert found
    assert (precision >= 0.95, recall >= 0.80, share < 0.01) == (True, True, True)


def test_the_public_shape_without_a_birth_date_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    rows = febrl(1000, seed=7)
    path = tmp_path / "febrl.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    call_command("find_duplicates", csv=path, truth="rec", threshold=0.75)

    outcome = spreadsheet.find(path, truth="rec")
    _count, precision, recall = outcome.quality(0.75)
    assert (precision >= 0.95, recall >= 0.80, outcome.share < 0.01) == (True, True, True)
    assert f"at 0.75: {_count} pairs, precision {precision:.3f}" in capsys.readouterr().out


def test_a_file_without_names_says_so(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2\n")

    with pytest.raises(CommandError, match=r"x\.csv"):
        call_command("find_duplicates", csv=path)


def test_a_large_block_is_split_counted_and_keeps_the_likely():
    crowd = [record(n, name=f"Marie Nom{n}", postal_code="75011") for n in range(200)]
    twins = [record(n, name="Marie Zébulon", postal_code="75011") for n in (900, 901)]

    found = blocking.pairs(crowd + twins)

    assert found.split_blocks > 0
    assert (200, 201) in found.pairs


@pytest.mark.django_db
def test_the_database_pairs_as_the_memory_does():
    rows = [_record(n, row) for n, row in enumerate(people(300, seed=5), start=1)]
    ids = [one.id for one in rows]
    index.put(ids, rows)
    index.count()
    places = sorted((first + 1, second + 1) for first, second in blocking.pairs(rows).pairs)

    found = index.pairs(ids, customers=len(rows), is_partial=False)
    known = index.frequencies(rows, customers=len(rows))

    assert sorted(found) == places
    assert sorted(index.pairs(ids, customers=len(rows), is_partial=True)) == places
    assert {pair: _likeness(rows, pair, known) for pair in found} == {
        pair: _likeness(rows, pair, Frequencies.of(rows)) for pair in found
    }


def _likeness(rows: Sequence[Record], pair: tuple[int, int], known: Frequencies) -> float:
    return scoring.score(rows[pair[0] - 1], rows[pair[1] - 1], known).probability


def customer(name: str, **values: Any) -> Customer:
    identities = normalised(**{key: values.pop(key) for key in ("email",) if key in values})
    made = Customer.objects.create(name=name, **values)
    add_identities(made, identities)
    return made


def states() -> list[tuple[int, int, str]]:
    return sorted(DuplicateCandidate.objects.values_list("first", "second", "state"))


@pytest.mark.django_db
def test_a_pair_is_found_with_its_reasons_once():
    one, two = customer("Jean Lafargue", **HOUSE), customer("LAFARGUE Jean", **HOUSE)

    assert (searching.find(), searching.find(whole=True)) == (1, 1)

    row = DuplicateCandidate.objects.get()
    assert (row.first, row.second, row.reasons[0]["code"]) == (one, two, "swapped_name")
    assert 0.9 < row.score < 1


@pytest.mark.django_db
def test_only_who_changed_is_looked_at_again():
    for number in range(3):
        customer(f"Jean Lafargue {'abc'[number]}x", **HOUSE)
    searching.find()
    before = DuplicateScan.objects.count()

    searching.find()
    assert DuplicateScan.objects.count() == before

    customer("Jean Lafargue", **HOUSE)
    searching.find()
    assert DuplicateScan.objects.first().is_whole is False  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_new_mailbox_brings_two_together():
    one = customer("Jean Lafargue", city="Bordeaux")
    two = customer("Jean Lafargue", city="Lille", email="jl@example.com")
    searching.find()

    add_identities(one, normalised(email="jl@example.com"))
    searching.find()

    assert states() == [(one.pk, two.pk, "open")]


@pytest.mark.django_db
def test_what_no_longer_holds_closes_itself_and_what_was_decided_stays():
    one, two, three = (customer("Jean Lafargue", **HOUSE) for _ in range(3))
    searching.find()
    deciding.keep_apart(DuplicateCandidate.objects.get(first=one, second=two).pk, by=None)

    three.name = "Marguerite Chassaing"
    three.save()
    searching.find()
    searching.find(whole=True)

    assert states() == [(one.pk, two.pk, "distinct")]


@pytest.mark.django_db
def test_archived_and_merged_customers_are_left_out():
    one, two, three = (customer("Jean Lafargue", **HOUSE) for _ in range(3))
    searching.find()
    customers.archive(one.pk)
    Customer.objects.filter(pk=two.pk).update(merged_into=three, archived_at=timezone.now())

    assert (searching.find(), states()) == (0, [])


def _record(number: int, row: Person) -> Record:
    return record(
        number,
        name=row.name,
        company=row.company,
        address=row.address,
        postal_code=row.postal_code,
        city=row.city,
        emails=[row.email],
        phones=[row.phone],
    )


def _quality(records: Sequence[Record], truth: Sequence[int]) -> tuple[int, float, float, float]:
    known = Frequencies.of(records)
    compared = blocking.pairs(records).pairs
    found = [
        pair
        for pair in compared
        if scoring.score(records[pair[0]], records[pair[1]], known).probability >= 0.8
    ]
    right = sum(truth[one] == truth[other] for one, other in found)
    sizes = {value: truth.count(value) for value in set(truth)}
    true = sum(size * (size - 1) // 2 for size in sizes.values())
    every = len(records) * (len(records) - 1) / 2
    return len(found), right / len(found), right / true, len(compared) / every
