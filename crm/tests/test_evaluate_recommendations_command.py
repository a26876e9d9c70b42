from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from crm.recommendations.engine.generated import Structure, generate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of generated purchases, as a French spreadsheet writes them."""
    purchases = generate(Structure(customers=120, products=40, baskets=6, pairs=2)).purchases
    path = tmp_path_factory.mktemp("sales") / "ventes.csv"
    columns = (purchases.customer, purchases.product, purchases.day, purchases.quantity)
    rows = [
        f"C{customer};P{product};{day + 25569};{quantity:g}"
        for customer, product, day, quantity in zip(*columns, strict=True)
    ]
    path.write_text("Client;Produit;Date;Qté\n" + "\n".join(rows))
    return path


def evaluate(*arguments: object) -> str:
    out = io.StringIO()
    call_command("evaluate_recommendations", *map(str, arguments), stdout=out)
    return out.getvalue()


def manage(*arguments: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own, whose database is nowhere."""
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nowhere",
        "LANGUAGE_CODE": "en",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "evaluate_recommendations", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_file_is_evaluated_without_any_database(sales: Path):
    done = manage(sales, "--json", "--algorithms", "own_frequency,collaborative")

    assert (done.stderr, done.returncode) == ("", 0)
    document = json.loads(done.stdout)
    assert document["source"]["file"] == "ventes.csv"
    named = {row.split(";")[1] for row in sales.read_text().splitlines()[1:]}
    assert document["data"]["products"] == len(named)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_who_has_read_enough_may_close_the_pipe(sales: Path, more: list[str]):
    command = [sys.executable, "manage.py", "evaluate_recommendations", str(sales), *more]
    with subprocess.Popen(
        [*command, "--algorithms", "popularity"],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()

    assert (told, process.returncode) == (b"", 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("client,produit\na,b\n", "“bad.csv” has no column “date”; it has: client, produit."),
        ("client,produit,date\na,b,hier\n", "Row 2: “hier” in column “date” is not a date."),
        ("client,produit,date\na,b,2024-01-01\n", "Nothing can be measured: no customer has"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(tmp_path: Path, text: str, sentence: str):
    path = tmp_path / "bad.csv"
    path.write_text(text)

    with translation.override("en"), pytest.raises(CommandError) as error:
        evaluate(path)

    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with translation.override("en"), pytest.raises(CommandError) as error:
        evaluate(tmp_path / "none.csv")

    told = "cannot be opened: No such file or directory."
    assert str(error.value) == f"“{tmp_path / 'none.csv'}” {told}"


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        (["--k", "0"], "--k 0: give a number from 1 to 100."),
        (["--customers", "-1"], "--customers -1: give 0 or more."),
        (["--seed", "-1"], "--seed -1: give a number from 0 to 2147483647."),
        (["--algorithms", "magic"], "--algorithms magic: there is none of this name"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(sales: Path, arguments: list[str], beginning: str):
    with translation.override("en"), pytest.raises(CommandError) as error:
        evaluate(sales, *arguments)

    assert str(error.value).startswith(beginning)


def keys(of: dict[str, Any]) -> set[str]:
    return set(of)


def test_the_document_has_the_keys_that_are_documented(sales: Path):
    document = json.loads(evaluate(sales, "--json", "--split", "time", "--k", "5", "--seed", "7"))

    assert keys(document) == {
        *("source", "version", "split", "k", "seed", "as_of", "cutoff", "data", "held_out"),
        *("winners", "questions", "confidence"),
    }
    assert (document["split"], document["k"], document["seed"]) == ("time", 5, 7)
    assert document["data"]["first"] < document["cutoff"] < document["as_of"]
    for question, found in document["questions"].items():
        assert keys(found) == {"customers", "winner", "best", "algorithms"}
        assert found["winner"] == document["winners"][question]
        for name, told in found["algorithms"].items():
            assert keys(told) == {
                *("ndcg", "recall", "hit_rate", "precision"),
                *("coverage", "diversity", "novelty", "against"),
            }
            others = {"popularity", "own_frequency"} if question == "repeat" else {"popularity"}
            if name == "content":  # The file has no words: it has nothing to propose.
                assert (told["against"], told["ndcg"]["value"]) == ({}, None)
                continue
            assert keys(told["against"]) == others - {name}
            assert told["ndcg"]["low"] <= told["ndcg"]["value"] <= told["ndcg"]["high"]
    assert keys(document["confidence"]) == {"learnt_from", "tried_on", "products", "any"}
    # The same command, the same document.
    again = evaluate(sales, "--json", "--split", "time", "--k", "5", "--seed", "7")
    assert json.loads(again) == document


def test_the_table_says_what_was_measured_and_who_won(sales: Path):
    asked = "own_frequency,ease,content"
    with translation.override("en"):
        told = evaluate(sales, "--algorithms", asked, "--customers", "50").splitlines()

    assert told[0].startswith("ventes.csv: ")
    assert told[0].endswith(" rows, 0 without a customer left out, 0 returns taken off")
    assert told[2].startswith("held out: each customer's last day; measured on 50 of 1")
    assert told[4].startswith("TO BUY AGAIN (repeat):")
    assert [line.split(":")[0] for line in told if line.startswith("winner")] == ["winner"] * 2
    assert all(" better than popularity" in line for line in told if line.startswith("winner: e"))
    assert [line.split() for line in told if "content" in line] == [["content", *"------"]] * 2
    assert any(line.startswith("CONFIDENCE") for line in told)


def test_the_table_speaks_french(sales: Path):
    with translation.override("fr"):
        told = evaluate(sales, "--algorithms", "own_frequency", "--customers", "50").splitlines()

    assert told[0].endswith(", sans client et laissées de côté 0, retours déduits 0")
    assert told[4].startswith("À RACHETER (repeat), clients")
    headings = ["rappel", "couverture", "diversité", "nouveauté"]
    assert [word for word in told[5].split() if word in headings] == headings
    told_winners = [line for line in told if line.startswith("gagnant")]
    assert told_winners[0].startswith("gagnant\xa0: own_frequency (")
    assert told_winners[0].endswith("meilleur à coup sûr que popularity)")


def test_what_is_known_of_products_serves_likeness_and_diversity(sales: Path, tmp_path: Path):
    products = tmp_path / "products.csv"
    rows = [f"P{number};Vin {number};Famille {number % 5}" for number in range(40)]
    products.write_text("produit;nom;famille\n" + "\n".join(rows))

    plain, known = (
        json.loads(evaluate(sales, "--json", "--algorithms", "content", *more))["questions"]["new"]
        for more in ((), ("--products", products))
    )

    # Without words likeness has nothing to say: no figures of its own.
    assert plain["algorithms"]["content"]["ndcg"]["value"] is None
    assert known["algorithms"]["content"]["against"]["popularity"]["ndcg"]["value"] > 0
    # All of one family, or nearly.
    assert known["algorithms"]["content"]["diversity"]["value"] < 0.5


@pytest.mark.django_db
def test_without_a_file_the_sales_of_the_database_are_evaluated():
    with translation.override("en"), pytest.raises(CommandError) as error:
        evaluate()

    assert str(error.value).startswith("Nothing can be measured")
