"""The addresses of the seed system, with its bodies and its answers."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from backoffice.core import api_keys, preparing
from scoring.api import batches
from scoring.engine import clients
from scoring.model import CRMScoringModel
from scoring.versions import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

# As in the seed's README.
EXAMPLE = {
    "customer_id": 1,
    "days_since_last_contact": 5,
    "total_contacts": 10,
    "total_spent": 1500.50,
    "emails_sent": 8,
    "emails_opened": 6,
    "website_visits": 15,
    "customer_age_days": 120,
}
LOST = {**dict.fromkeys(clients.NAMES, 0), "days_since_last_contact": 700, "customer_age_days": 900}


@pytest.fixture
def program() -> Client:
    user = User.objects.create_user("program")
    _row, key = api_keys.issue("Shop", user, ["scoring:read", "scoring:write"])
    return Client(headers={"X-API-Key": key})


def post(program: Client, address: str, body: object, **headers: str) -> tuple[int, Any]:
    response = program.post(address, json.dumps(body), "application/json", headers=headers)
    return response.status_code, response.json()


def test_the_readme_example_is_hot(program: Client):
    status, answer = post(program, "/api/score", EXAMPLE)

    assert status == 200
    assert answer.pop("score") >= 70
    assert answer == {
        "customer_id": 1,
        "segment": "Hot",
        "recommendation": (
            "Priorité HAUTE - Contacter immédiatement! Fort potentiel de conversion."
        ),
    }


def test_the_recommendation_speaks_english_when_asked(program: Client):
    _status, answer = post(program, "/api/score", EXAMPLE, **{"Accept-Language": "en"})

    assert answer["recommendation"] == (
        "HIGH priority - contact immediately! Strong conversion potential."
    )


def test_a_batch_gives_the_scores_of_its_clients_and_counts_them(program: Client):
    given = [EXAMPLE, {**LOST, "customer_id": "C-2"}]
    status, answer = post(program, "/api/batch_score", {"clients": given})

    alone = [post(program, "/api/score", client)[1] for client in given]
    assert (status, answer["results"]) == (200, alone)
    assert answer["statistics"] == {
        "total_clients": 2,
        "hot_leads": 1,
        "warm_leads": 0,
        "cold_leads": 1,
        "average_score": sum(one["score"] for one in alone) / 2,
    }


def test_scores_are_the_library_s(program: Client):
    model = CRMScoringModel().load_model()
    columns = {name: [EXAMPLE[name], LOST[name]] for name in clients.NAMES}
    expected = model.predict_score(model.create_features(columns)).tolist()

    _status, answer = post(
        program, "/api/batch_score", {"clients": [EXAMPLE, {**LOST, "customer_id": 2}]}
    )

    assert [one["score"] for one in answer["results"]] == expected


def test_contributions_sum_to_the_score(program: Client):
    _status, answer = post(program, "/api/score?explain=true", EXAMPLE)

    total = answer["base"] + sum(answer["contributions"].values())
    assert total == pytest.approx(answer["exact_score"])
    assert round(answer["exact_score"]) == answer["score"]
    assert len(answer["reasons"]) == 3


def test_nobody_is_explained_by_nothing(program: Client):
    status, answer = post(program, "/api/batch_score?explain=1", {"clients": []})

    assert (status, answer["results"]) == (200, [])


def test_every_bad_client_of_a_batch_is_told_at_once(program: Client):
    body = {
        "clients": [
            EXAMPLE,
            {**EXAMPLE, "customer_id": 2, "total_spent": -5},
            {**EXAMPLE, "customer_id": 3, "website_visits": "many", "emails_opened": 9},
            {**EXAMPLE, "customer_id": 1},
            {**EXAMPLE, "customer_id": 4, "total_spent": float("nan")},
            {**EXAMPLE, "customer_id": 5, "total_spent": float("inf")},
            "nobody",
            {**EXAMPLE, "customer_id": [6]},
            {"customer_id": 7},
        ]
    }
    status, answer = post(program, "/api/batch_score", body)

    assert status == 422
    assert [(one["index"], one["field"], one["code"]) for one in answer["detail"]] == [
        (1, "clients.1.total_spent", "negative"),
        (2, "clients.2.emails_opened", "opened_exceeds_sent"),
        (2, "clients.2.website_visits", "text"),
        (3, "clients.3.customer_id", "duplicate"),
        (4, "clients.4.total_spent", "not_finite"),
        (5, "clients.5.total_spent", "not_finite"),
        (6, "clients.6", "not_an_object"),
        (7, "clients.7.customer_id", "identifier"),
        *((8, f"clients.8.{name}", "missing") for name in clients.NAMES),
    ]


def test_partial_scores_the_good_ones_and_tells_of_the_others(program: Client):
    bad = {**EXAMPLE, "customer_id": 2, "emails_sent": None}
    body = {"clients": [bad, EXAMPLE]}
    status, answer = post(program, "/api/batch_score?partial=true", body)

    assert status == 200
    assert [one["customer_id"] for one in answer["results"]] == [1]
    assert answer["statistics"]["total_clients"] == 1
    assert [(one["index"], one["field"], one["code"]) for one in answer["errors"]] == [
        (0, "clients.0.emails_sent", "missing")
    ]


@pytest.mark.parametrize("body", [[], {}, {"clients": None}, {"clients": {}}, "x", None, 1])
def test_what_is_no_batch_is_refused_by_the_field(program: Client, body: object):
    status, answer = post(program, "/api/batch_score", body)

    assert (status, [one["field"] for one in answer["detail"]]) == (422, ["clients"])


def test_nobody_at_all_is_an_empty_answer(program: Client):
    status, answer = post(program, "/api/batch_score", {"clients": []})

    assert (status, answer["results"], answer["statistics"]["average_score"]) == (200, [], 0.0)


def test_too_many_at_a_time_are_refused(program: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "LARGEST_BATCH", 1)
    status, answer = post(program, "/api/batch_score", {"clients": [EXAMPLE, EXAMPLE]})

    assert (status, answer["detail"][0]["code"]) == (422, "too_long")


def test_one_bad_client_is_told_field_by_field(program: Client):
    status, answer = post(program, "/api/score", {**EXAMPLE, "total_spent": -1, "customer_id": ""})

    assert status == 422
    assert [(one["field"], one["value"]) for one in answer["detail"]] == [
        ("customer_id", ""),
        ("total_spent", -1),
    ]


def test_two_figures_that_contradict_each_other_are_told_as_sent(program: Client):
    client = {
        **EXAMPLE,
        "emails_sent": 999_999,
        "emails_opened": 1_000_000,
        "days_since_last_contact": 120.0001,
    }
    _status, answer = post(program, "/api/score", client, **{"Accept-Language": "en"})

    first = "Row 1: days_since_last_contact is 120.0001"
    second, mend = "Row 1: emails_opened is 1000000", "Correct one of the two."
    assert [(one["value"], one["message"]) for one in answer["detail"]] == [
        (120.0001, f"{first}, but the customer is known for 120 days only. {mend}"),
        (1_000_000, f"{second}, but only 999999 e-mails were sent. {mend}"),
    ]


def test_a_whole_number_with_a_point_is_that_number(program: Client):
    """As spreadsheets and data frames write identifiers."""
    as_floats = {name: float(value) for name, value in EXAMPLE.items()}
    body = {"clients": [as_floats, EXAMPLE]}

    alone = program.post("/api/score", json.dumps(as_floats), "application/json").content
    assert alone == program.post("/api/score", json.dumps(EXAMPLE), "application/json").content
    _status, answer = post(program, "/api/batch_score?partial=true", body)
    assert [one["customer_id"] for one in answer["results"]] == [1]
    assert [(one["index"], one["value"], one["code"]) for one in answer["errors"]] == [
        (1, 1, "duplicate")
    ]


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(program: Client, raw: bytes):
    for address in ("/api/score", "/api/batch_score"):
        assert program.post(address, raw, "application/json").status_code == 400


def test_bodies_come_as_old_clients_send_them(program: Client):
    plain = json.dumps(EXAMPLE).encode()
    expected = program.post("/api/score", plain, "application/json").content
    for raw, kind, headers in (
        (plain, "text/plain", {}),
        (plain, "application/x-www-form-urlencoded; charset=latin-1", {}),
        (plain, "", {}),
        (b"\xef\xbb\xbf" + plain, "application/json", {}),
        (json.dumps(EXAMPLE).encode("utf-16"), "application/json", {}),
        (gzip.compress(plain), "application/json", {"Content-Encoding": "gzip"}),
        # The older name, and packed in two parts.
        (
            gzip.compress(plain[:50]) + gzip.compress(plain[50:]),
            "application/json",
            {"Content-Encoding": "x-gzip"},
        ),
        (plain, "application/json", {"Content-Encoding": "identity"}),
    ):
        answer = program.post("/api/score", raw, kind, headers=headers)
        assert (answer.status_code, answer.content) == (200, expected)
    assert program.post("/api/score/", plain, "application/json").content == expected


def test_what_is_not_packed_as_it_says_is_refused(program: Client):
    for raw, packed, status in (
        (b"{}", "br", 415),
        (b"{}", "gzip", 400),
        (gzip.compress(b"{}")[:-4], "gzip", 400),
        (gzip.compress(b"{}") + b"more", "gzip", 400),
        # A few KB that would be more than is taken.
        (gzip.compress(b" " * (65 << 20), 1), "gzip", 413),
    ):
        answer = program.post(
            "/api/batch_score", raw, "application/json", headers={"Content-Encoding": packed}
        )
        assert answer.status_code == status
        assert answer.json()["detail"][0]["message"] != ""


@pytest.mark.parametrize("raw", ['"\\ud800"', '"a\\udfff"', "1" + "0" * 40, "1e400", "NaN"])
@pytest.mark.parametrize("address", ["/api/score", "/api/batch_score?partial=true"])
def test_what_cannot_be_written_back_is_a_fault(program: Client, address: str, raw: str):
    for field in ("customer_id", "total_spent"):
        client = json.dumps({**EXAMPLE, field: "?"}).replace('"?"', raw)
        body = client if "batch" not in address else f'{{"clients": [{client}, NaN]}}'
        answer = program.post(address, body, "application/json")

        faults = answer.json()["errors" if "batch" in address else "detail"]
        assert answer.status_code in (200, 422)
        assert faults[0]["field"].endswith(field)


def test_a_key_that_may_only_read_will_do():
    user = User.objects.create_user("reader")
    key = api_keys.issue("Shop", user, ["scoring:read"])[1]
    status, _answer = post(Client(headers={"X-API-Key": key}), "/api/score", EXAMPLE)

    assert status == 200


def test_a_stranger_is_asked_to_sign_in():
    assert Client().post("/api/score", EXAMPLE, "application/json").status_code == 401


def test_without_any_model_the_answer_is_503_in_words(program: Client, no_model: None):
    for address, body in (("/api/score", EXAMPLE), ("/api/batch_score", {"clients": [EXAMPLE]})):
        status, answer = post(program, address, body)
        assert (status, "train_scoring" in answer["detail"][0]["message"]) == (503, True)


@pytest.fixture
def no_model(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    shipped._model.cache_clear()
    monkeypatch.setattr(shipped, "SAMPLE", tmp_path / "gone.csv")


def test_stats_tell_of_the_model(admin_client: Client):
    answer = admin_client.get("/api/stats").json()

    assert (answer["model_type"], answer["n_estimators"]) == ("RandomForestClassifier", 100)
    assert sum(answer["feature_importance"].values()) == pytest.approx(1)
    assert answer["segments"] == {"Hot": ">= 70", "Warm": "40-69", "Cold": "< 40"}
    assert answer["metrics"]["auc"] > 0.78
    assert {"trained_at", "version", "orders"} <= answer.keys()
    assert admin_client.get("/health").json()["model_loaded"] is True


def figures_for(*scopes: str) -> dict[str, Any]:
    user = User.objects.create_superuser("owner")
    key = api_keys.issue("Shop", user, scopes)[1]
    figures: dict[str, Any] = Client(headers={"X-API-Key": key}).get("/api/stats").json()
    return figures


def test_a_key_for_scores_reads_the_model_s_figures_and_no_other_s():
    figures = figures_for("scoring:read")

    assert figures["model_type"] == "RandomForestClassifier"
    assert not {"orders", "support", "listings"} & figures.keys()


def test_a_key_for_orders_reads_both():
    figures = figures_for("orders:read")

    assert figures["model_type"] == "RandomForestClassifier"
    assert {"orders", "support", "listings"} & figures.keys() == {"orders"}


def test_a_key_for_neither_reads_no_figures():
    assert figures_for("crm:read")["detail"][0]["code"] == "http_403"


def test_what_the_model_is_is_told_to_whoever_may_ask_for_scores(program: Client):
    assert program.get("/api/stats").json()["model_type"] == "RandomForestClassifier"


def test_without_any_model_the_other_figures_are_there(admin_client: Client, no_model: None):
    answer = admin_client.get("/api/stats").json()

    assert (answer["model_type"], answer["version"], "orders" in answer) == (None, None, True)
    assert admin_client.get("/health").json()["model_loaded"] is False


def test_preparing_an_installation_trains_the_model(settings: Settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    assert not shipped.is_ready()

    preparing.run_all()

    assert shipped.is_ready()
