"""Batches read in pieces say what batches read with care say."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import numpy as np
import pytest

from scoring.api import answers, batches
from scoring.engine import clients

NO_FIGURES: list[Any] = [-1, True, "5", None, [], 10**30]
ONE: dict[str, Any] = dict(zip(clients.NAMES, (5, 10, 1500.5, 8, 6, 15, 120), strict=True))


def many(count: int) -> list[dict[str, Any]]:
    draw = np.random.default_rng(5)
    age = draw.integers(0, 3000, count)
    sent = draw.poisson(6, count)
    columns = {
        "customer_id": range(1, count + 1),
        "days_since_last_contact": np.round(age * draw.random(count), 1).tolist(),
        "total_contacts": draw.poisson(4, count).tolist(),
        "total_spent": np.round(draw.lognormal(4, 3, count), 2).tolist(),
        "emails_sent": sent.tolist(),
        "emails_opened": draw.binomial(sent, 0.3).tolist(),
        "website_visits": draw.poisson(9, count).tolist(),
        "customer_age_days": age.tolist(),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def text(given: object, **layout: Any) -> bytes:
    return json.dumps({"clients": given}, **layout).encode()


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_PIECE", 700)


@pytest.mark.parametrize(
    "layout", [{}, {"separators": (",", ":")}, {"indent": 2}, {"indent": "\t"}]
)
def test_pieces_make_the_whole(layout: dict[str, Any]):
    given = many(200)

    found = batches.of_text(text(given, **layout))

    assert found is not None
    careful = batches.of_list({"clients": given})
    assert (found.ids, found.problems) == (careful.ids, ())
    assert np.array_equal(found.rows, careful.rows)


@pytest.mark.parametrize("count", [0, 1])
def test_few_are_read_too(count: int):
    found = batches.of_text(text(many(count)))

    assert found is not None
    assert (len(found.ids), found.rows.shape) == (count, (count, 7))


@pytest.mark.parametrize("trap", ["},{", '"},{"', "}, {\\", "]}", '{"clients":['])
def test_a_cut_within_a_text_or_an_object_is_noticed(trap: str):
    """Whatever stands between two cuts: read with care, it is what was sent."""
    for more in ({"note": trap * 90}, {"seen": [{"by": trap}, {}, {"by": trap}] * 40}):
        given = [{**one, **more} for one in many(9)]
        found = batches.of_text(text(given, separators=(",", ":")))
        assert found is None or (
            found.ids == [one["customer_id"] for one in given]
            and np.array_equal(found.rows, batches.of_list({"clients": given}).rows)
        )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"clients":{}}',
        b'{"clients":[}',
        b'{"clients":]}',
        b'{"clients":[1]}',
        b'{"clients":["x"]}',
        b'{"clients":[[]]}',
        b'{"clients":[{}]}',
        b'{"clients":[],"more":[]}',
        b'{"clients":[]}]}',
        b'{"clients":[]} x',
        # Space, but not to JSON.
        b'{"clients":\x0b[]}',
        b'{"clients":[]\x0c}',
        b'\xef\xbb\xbf{"clients":[]}',
    ],
)
def test_anything_else_is_left_to_care(raw: bytes):
    assert batches.of_text(raw) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *itertools.product(clients.NAMES, NO_FIGURES),
        ("total_contacts", 1.5),
        ("emails_opened", 9),
        ("days_since_last_contact", 121),
        ("customer_id", True),
        ("customer_id", 1.5),
        ("customer_id", None),
        ("customer_id", 7),
        ("customer_id", 2**63),
    ],
)
def test_every_fault_is_left_to_care_which_finds_it(field: str, value: object):
    given = [{"customer_id": number, **ONE} for number in range(9)]
    given[3] = {**given[3], field: value}

    assert batches.of_text(text(given)) is None
    (problem,) = batches.of_list({"clients": given}).problems
    assert problem.field == field
    # Of two with the same number the second one is told.
    assert problem.index == (7 if value == 7 else 3)


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\xa0", "/**/"])
def test_what_is_no_space_between_two_clients_is_noticed(space: str):
    raw = text(many(40), separators=(f"{space},", ":"))

    assert batches.of_text(raw.replace(f'{space},"'.encode(), b',"')) is None


_TRAPS = ["},{", '"},{"', "}, {\\", "]}", '{"clients":[', "\\", "é😀", "\n", "//", ""]


def _value(draw: random.Random) -> str:
    trap = "".join(draw.choices(_TRAPS, k=draw.randrange(4)))
    return draw.choice(
        [
            *(json.dumps(trap), json.dumps(trap, ensure_ascii=False), f'"{trap}"'),
            *(json.dumps({"customer_id": trap}), json.dumps([{"by": trap}, {}])),
            *("NaN", "1e400", "-0.0", "null", "true", "01", "1E1", "5.0", "-1", str(10**30)),
        ]
    )


def _body(draw: random.Random) -> bytes:
    """A batch as nobody would write it; half of them are broken."""
    share = draw.choice([0, 0.003, 0.03])
    written = []
    for number in range(draw.choice([0, 1, 3, 40])):
        fields = [
            (f'"{name}"', str(value))
            for name, value in {"customer_id": number, **ONE}.items()
            if draw.random() > share
        ]
        fields += [
            (draw.choice(['"note"', '"total_sp\\u0065nt"', '"customer_id"']), _value(draw))
            for _more in range(draw.random() < 0.3 * (share > 0))
        ]
        fields += [('"note"', json.dumps(draw.choice(_TRAPS)))] * (draw.random() < 0.3)
        draw.shuffle(fields)
        written.append("{" + ",".join(":".join(field) for field in fields) + "}")
    between = draw.choice([",", ", ", "\r\n,\t"])
    whole = '{ "clients": [' + between.join(written) + "]\n}"
    if draw.random() < 0.3:
        at = draw.randrange(len(whole))
        whole = whole[:at] + draw.choice(["", *'{}[],"\\', "},{"]) + whole[at + 1 :]
    return whole.encode()


def test_whatever_is_sent_pieces_say_what_the_whole_says(monkeypatch: pytest.MonkeyPatch):
    draw = random.Random(8)  # noqa: S311 - the same bodies each time
    read = 0
    for _number in range(2_000):
        raw = _body(draw)
        monkeypatch.setattr(batches, "_PIECE", draw.choice([1, 90, 700]))
        found = batches.of_text(raw)
        if found is None:
            continue
        read += 1
        careful = batches.of_list(json.loads(raw))
        assert (found.ids, careful.problems) == (careful.ids, [])
        assert np.array_equal(found.rows, careful.rows)
    assert 300 < read < 1_700


def test_too_many_are_left_to_care(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 8)

    assert batches.of_text(text(many(9))) is None


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [[1, -2, 3], ["a,b", 'quote"', "é\n"], [1, "1", "\x00"]])
def test_answers_give_identifiers_back_as_they_came(
    ids: list[Any], monkeypatch: pytest.MonkeyPatch
):
    given = [{"customer_id": one, **ONE} for one in ids]
    batch = batches.of_text(text(given)) or batches.of_list({"clients": given})

    written = json.loads(answers.written(answers.of_batch(batch)))
    monkeypatch.setattr(answers, "_PART", 2)
    explained = json.loads(answers.written(answers.of_batch(batch, explain=True)))["results"]

    assert [one["customer_id"] for one in written["results"]] == ids
    assert written.keys() == {"results", "statistics"}
    for one, other in zip(written["results"], explained, strict=True):
        assert one == {name: other[name] for name in one}
    assert answers.of_one(given[0]) == written["results"][0]
