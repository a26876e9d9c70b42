from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backoffice.integrations import twilio_errors, twilio_whatsapp
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.messaging.tests.making import ACCOUNT, PHONE, use_twilio
from backoffice.testing.http import Answer, FixtureServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
SID = "SM00000000000000000000000000000384"


@pytest.fixture
def twilio(settings: Settings) -> Iterator[FixtureServer]:
    with FixtureServer(Path(__file__).parent / "data" / "twilio_api") as server:
        use_twilio(settings, server.url)
        yield server


def failure() -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        twilio_whatsapp.send_text(PHONE, "Bonjour")
    return caught.value


def test_sends_text_signed_in_as_the_account(twilio: FixtureServer):
    sent = twilio_whatsapp.send_text(PHONE, "Déjà vu")

    assert (sent.sid, sent.status) == (SID, "queued")
    assert sent.created_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    (request,) = twilio.requests
    assert request.headers["authorization"].startswith("Basic ")
    assert request.form() == {
        "To": [f"whatsapp:{PHONE}"],
        "From": ["whatsapp:+33639980010"],
        "Body": ["Déjà vu"],
    }


def test_sends_to_a_user_id(twilio: FixtureServer):
    twilio.answers("POST", MESSAGES, "message_created_bsuid_201")

    twilio_whatsapp.send_text("FR.3019284756019283", "Bonjour")

    assert twilio.requests[0].form()["To"] == ["whatsapp:FR.3019284756019283"]


def test_a_content_template_has_variables_and_no_body(twilio: FixtureServer):
    twilio_whatsapp.send_template(PHONE, "HX42", {"1": "Salma", "2": "CMD-1"})

    form = twilio.requests[0].form()
    assert form["ContentSid"] == ["HX42"]
    assert form["ContentVariables"] == ['{"1": "Salma", "2": "CMD-1"}']
    assert "Body" not in form


@pytest.mark.parametrize(
    ("callback", "told"),
    [("https://x.example/cb?message=1", True), ("http://127.0.0.1:8000/cb?message=1", False)],
)
def test_twilio_is_told_only_addresses_it_can_reach(
    twilio: FixtureServer, callback: str, *, told: bool
):
    twilio_whatsapp.send_text(PHONE, "Bonjour", status_callback=callback)

    assert ("StatusCallback" in twilio.requests[0].form()) is told


@pytest.mark.parametrize(
    ("name", "code", "nature"),
    [
        ("error_invalid_to_400", "21211", "permanent"),
        ("error_body_too_long_400", "21617", "permanent"),
        ("error_too_many_429", "20429", "later"),
        ("error_internal_500", "20500", "doubtful"),
        ("error_auth_401", "20003", "settings"),
        ("error_no_from_400", "63007", "settings"),
    ],
)
def test_every_refusal_has_its_meaning(twilio: FixtureServer, name: str, code: str, nature: str):
    twilio.answers("POST", MESSAGES, name)

    error = failure()

    natures = {
        "permanent": error.permanent,
        "doubtful": error.doubtful,
        "settings": isinstance(error, NotConfigured),
    }
    assert error.code == code
    assert [word for word, holds in natures.items() if holds] == [nature] * (nature != "later")
    assert str(error)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}),
        Answer(201, b"not json"),
        Answer(closed=True),
        Answer(delay=0.5),
    ],
    ids=["html", "unreadable", "hung-up", "time-out"],
)
def test_without_a_readable_answer_it_is_doubtful(
    twilio: FixtureServer, settings: Settings, answer: Answer
):
    settings.TWILIO_TIMEOUT = 0.2
    twilio.answers("POST", MESSAGES, answer)

    error = failure()

    assert (error.permanent, error.doubtful) == (False, True)


def test_a_server_that_is_down_was_certainly_told_nothing(settings: Settings):
    with FixtureServer() as server:
        use_twilio(settings, server.url)

    error = failure()

    assert (error.permanent, error.doubtful, error.code) == (False, False, "connection")


def test_finds_what_was_sent_through_all_pages(twilio: FixtureServer):
    page1 = {"messages": [_row("SM1", "outbound-api"), _row("SM2", "inbound")]}
    page1["next_page_uri"] = f"{MESSAGES}?Page=1"  # type: ignore[assignment]
    page2 = {"messages": [_row("SM3", "outbound-api"), _row("SM4", "outbound-api", day=18)]}
    twilio.answers("GET", MESSAGES, Answer.json(page1), Answer.json(page2))

    found = twilio_whatsapp.find_sent(PHONE, since=datetime(2026, 11, 20, tzinfo=UTC))

    assert [message.sid for message in found] == ["SM1", "SM3"]
    assert twilio.requests[0].query["To"] == [f"whatsapp:{PHONE}"]
    assert twilio.requests[0].query["From"] == ["whatsapp:+33639980010"]


def test_fetches_a_message_with_its_error(twilio: FixtureServer):
    message = twilio_whatsapp.fetch("SM00000000000000000000000000000386")

    assert (message.status, message.error_code) == ("failed", "63016")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("error_auth_401", NotConfigured), ("error_internal_500", ServiceError)],
)
def test_a_failing_look_up_is_never_doubtful(
    twilio: FixtureServer, name: str, kind: type[ServiceError]
):
    twilio.answers("GET", MESSAGES, name)

    with pytest.raises(kind) as caught:
        twilio_whatsapp.find_sent(PHONE, since=datetime.now(UTC) - timedelta(days=1))

    assert (caught.value.doubtful, caught.value.permanent) == (False, False)


@pytest.mark.parametrize(
    "name", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER"]
)
def test_a_missing_setting_is_named(twilio: FixtureServer, settings: Settings, name: str):
    setattr(settings, name, "")

    assert twilio_whatsapp.configured() is False
    with pytest.raises(NotConfigured, match=name):
        twilio_whatsapp.send_text(PHONE, "Bonjour")
    assert twilio.requests == []


def test_local_only_sends_nothing(twilio: FixtureServer, settings: Settings):
    settings.LOCAL_ONLY = True

    assert twilio_whatsapp.configured() is False
    with pytest.raises(NotConfigured, match="LOCAL_ONLY"):
        twilio_whatsapp.find_sent(PHONE, since=datetime.now(UTC))
    assert twilio.requests == []


def test_a_code_nobody_knows_is_told_in_twilios_words():
    assert twilio_errors.sentence("99999", "Something new") == "Something new"
    assert "99999" in twilio_errors.sentence("99999")


def _row(sid: str, direction: str, day: int = 20) -> dict[str, str]:
    return {
        "sid": sid,
        "status": "sent",
        "direction": direction,
        "body": "Bonjour",
        "date_created": f"Fri, {day} Nov 2026 08:00:00 +0000",
    }
