from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
import requests

from backoffice.testing.http import Answer, FixtureServer, Request

FOLDER = Path(__file__).resolve().parents[1] / "core" / "tests" / "data" / "openai"


def test_a_path_gets_the_first_good_reply_of_its_folder():
    with FixtureServer(FOLDER) as server:
        answer = requests.get(f"{server.url}/v1/models?limit=2", timeout=60)

        assert answer.json() == json.loads((FOLDER / "models_list.json").read_bytes())
        assert server.requests[0].query == {"limit": ["2"]}
        assert requests.get(f"{server.url}/elsewhere", timeout=60).status_code == 404


def test_told_replies_come_in_turn_and_the_last_repeats():
    def echo(request: Request) -> Answer:
        return Answer.json(request.json(), status=201)

    with FixtureServer(FOLDER) as server:
        server.answers("POST", "/v1/*", "error_rate_limit_429", Answer(204), echo)
        answers = [requests.post(f"{server.url}/v1/x", json={"n": n}, timeout=60) for n in range(4)]

    assert [answer.status_code for answer in answers] == [429, 204, 201, 201]
    assert answers[0].headers["retry-after-ms"] == "366"
    assert answers[3].json() == {"n": 3}
    assert [request.json()["n"] for request in server.requests_to("/v1/*", "POST")] == [0, 1, 2, 3]


def test_forms_and_files_are_told_apart():
    with FixtureServer() as server:
        server.answers("POST", "/form", Answer())
        requests.post(f"{server.url}/form", data={"Body": "kif dima é", "Empty": ""}, timeout=60)
        files = {"file": ("a.ogg", b"\x00\r\n\xff", "audio/ogg")}
        requests.post(f"{server.url}/form", data={"model": "m"}, files=files, timeout=60)

    plain, multipart = server.requests
    assert (plain.form(), plain.files()) == ({"Body": ["kif dima é"], "Empty": [""]}, {})
    assert multipart.form() == {"model": ["m"]}
    assert multipart.files()["file"].content == b"\x00\r\n\xff"


def test_a_closed_connection_and_a_delay_are_real():
    with FixtureServer() as server:
        server.answers("GET", "/gone", Answer(closed=True))
        server.answers("GET", "/slow", Answer(delay=60))
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{server.url}/gone", timeout=60)
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{server.url}/slow", timeout=0.1)


def test_nothing_is_left_behind():
    before, began = threading.active_count(), time.monotonic()
    with FixtureServer() as server:
        server.answers("GET", "/slow", Answer(delay=60))
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{server.url}/slow", timeout=0.1)

    assert threading.active_count() == before
    assert time.monotonic() - began < 30
