from __future__ import annotations

import base64
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from backoffice.integrations import twilio_media
from backoffice.integrations.errors import ServiceError
from backoffice.messaging import media
from backoffice.messaging.models import Attachment, Document, InboundMessage
from backoffice.messaging.receiving import Incoming, IncomingFile, receive
from backoffice.messaging.tests.making import use_twilio
from backoffice.testing.http import Answer, FixtureServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PATH = "/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1"
URL = f"https://api.twilio.com{PATH}"
PNG = b"\x89PNG\r\n\x1a\n a picture"
FOUND = Answer(200, PNG, {"Content-Type": "image/jpeg"})


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def twilio(settings: Settings) -> Iterator[FixtureServer]:
    """Twilio's stand-in on loopback, which TWILIO_API_URL allows explicitly."""
    with FixtureServer() as server:
        use_twilio(settings, server.url)
        yield server


def message(*urls: str) -> InboundMessage:
    files = tuple(IncomingFile(source_url=url, declared_type="image/jpeg") for url in urls)
    return receive(
        Incoming(
            desk="orders",
            channel="whatsapp",
            external_id="SM1",
            raw=b"",
            sent_at=timezone.now(),
            files=files,
        )
    )[0]


def fetched(row: InboundMessage) -> Attachment:
    media.fetch_missing(row)
    return row.attachments.get()


def failure(url: str = URL) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        twilio_media.download(url)
    return caught.value


def test_file_is_fetched_with_our_credentials_and_stored_by_its_content(
    twilio: FixtureServer, settings: Settings
):
    twilio.answers("GET", PATH, FOUND)

    document = fetched(message(URL)).document

    (request,) = twilio.requests
    secret = f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}".encode()
    assert request.headers["authorization"] == "Basic " + base64.b64encode(secret).decode()
    assert document is not None
    assert document.file.name == f"{document.sha256[:2]}/{document.sha256[2:4]}/{document.sha256}"
    # The bytes say PNG, whatever the server declares.
    assert (document.mime, document.size) == ("image/png", len(PNG))


def test_fetched_file_is_not_fetched_again(twilio: FixtureServer):
    twilio.answers("GET", PATH, FOUND)
    row = message(URL)
    media.fetch_missing(row)
    media.fetch_missing(row)

    assert len(twilio.requests) == 1


def test_name_of_the_file_is_kept(twilio: FixtureServer):
    header = {"Content-Disposition": "attachment; filename*=UTF-8''bon%20de%20commande.pdf"}
    twilio.answers("GET", PATH, Answer(200, PNG, header))

    assert fetched(message(URL)).filename == "bon de commande.pdf"


def test_redirect_to_an_allowed_host_gets_no_credentials(twilio: FixtureServer, settings: Settings):
    with FixtureServer() as cdn:
        settings.TWILIO_MEDIA_HOSTS = [cdn.url]
        twilio.answers("GET", PATH, Answer(307, headers={"Location": f"{cdn.url}/file?sig=1"}))
        cdn.answers("GET", "/file", FOUND)

        assert twilio_media.download(URL).content == PNG
        assert "authorization" not in cdn.requests[0].headers


def test_redirect_to_any_other_host_is_refused(twilio: FixtureServer):
    with FixtureServer() as stranger:
        twilio.answers("GET", PATH, Answer(302, headers={"Location": f"{stranger.url}/file"}))

        assert failure().code == "host"
        assert stranger.requests == []


def test_redirects_without_end_are_given_up(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(302, headers={"Location": PATH}))

    assert failure().permanent
    assert len(twilio.requests) == 4


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/file",
        "https://api.twilio.com.evil.example/file",
        "https://api.twilio.com@evil.example/file",
        "https://evil.example/api.twilio.com",
        "https://api.twilio.com:8443/file",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9/file",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_only_twilio_is_asked(settings: Settings, url: str):
    use_twilio(settings, "https://api.twilio.com")

    assert (failure(url).code, failure(url).permanent) == ("host", True)


def test_local_only_fetches_nothing(twilio: FixtureServer, settings: Settings):
    settings.LOCAL_ONLY = True

    assert (failure().code, failure().permanent) == ("local_only", True)
    assert twilio.requests == []


def test_without_credentials_the_file_waits_with_the_reason(settings: Settings):
    settings.TWILIO_ACCOUNT_SID = ""

    assert "TWILIO_ACCOUNT_SID" in fetched(message(URL)).problem


def test_file_that_is_too_large_is_stopped_on_the_way(twilio: FixtureServer, settings: Settings):
    settings.MAX_DOCUMENT_BYTES = 1000
    twilio.answers("GET", PATH, Answer(200, b"x" * 200_000))

    attachment = fetched(message(URL))

    assert (attachment.document, attachment.problem != "") == (None, True)
    assert Document.objects.count() == 0


@pytest.mark.parametrize("status", [404, 410])
def test_file_that_is_gone_is_told(twilio: FixtureServer, status: int):
    twilio.answers("GET", PATH, Answer(status))
    row = message(URL)
    row.received_at -= timedelta(hours=1)

    assert fetched(row).problem != ""


def test_file_that_is_not_there_yet_is_asked_for_again(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(404), FOUND)
    row = message(URL)
    with pytest.raises(ServiceError) as caught:
        media.fetch_missing(row)

    assert not caught.value.permanent
    assert fetched(row).document is not None


@pytest.mark.parametrize("answer", [Answer(500), Answer(429), Answer(closed=True)])
def test_server_in_trouble_is_asked_again(twilio: FixtureServer, answer: Answer):
    twilio.answers("GET", PATH, answer)
    row = message(URL)
    with pytest.raises(ServiceError) as caught:
        media.fetch_missing(row)

    assert not caught.value.permanent
    assert row.attachments.get().problem == ""


def test_server_that_says_nothing_is_not_waited_for(twilio: FixtureServer, settings: Settings):
    settings.TWILIO_TIMEOUT = 0.1
    twilio.answers("GET", PATH, Answer(200, PNG, delay=5))

    assert failure().code == "connection"


def test_wait_that_the_server_asks_for_is_passed_on(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(429, headers={"Retry-After": "90"}))

    assert failure().retry_after == timedelta(seconds=90)


def test_last_attempt_puts_the_reason_on_the_file(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(500))
    row = message(URL)

    media.fetch_missing(row, is_last=True)

    assert row.attachments.get().problem != ""


def test_other_files_are_fetched_although_one_fails(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(500))
    twilio.answers("GET", f"{PATH}2", FOUND)
    row = message(URL, f"{URL}2")
    with pytest.raises(ServiceError):
        media.fetch_missing(row)

    assert [bool(file.document) for file in row.attachments.all()] == [False, True]


def test_wrong_password_names_the_settings(twilio: FixtureServer):
    twilio.answers("GET", PATH, Answer(401))

    error = failure()
    assert (error.permanent, "TWILIO_AUTH_TOKEN" in str(error)) == (True, True)


def test_same_bytes_are_one_document(settings: Settings):
    assert media.store(PNG).pk == media.store(PNG, "image/jpeg").pk


def test_file_left_half_written_is_replaced():
    document = media.store(PNG)
    with default_storage.open(str(document.file.name), "wb") as file:
        file.write(PNG[:3])
    Document.objects.all().delete()

    with media.store(PNG).file.open("rb") as file:
        assert file.read() == PNG


def test_file_that_was_lost_is_written_again():
    document = media.store(PNG)
    default_storage.delete(str(document.file.name))

    assert media.store(PNG).pk == document.pk
    assert default_storage.exists(str(document.file.name))


@pytest.mark.django_db(transaction=True)
def test_two_workers_storing_the_same_bytes_make_one_document(tmp_path: Path):
    content = b"%PDF-" + b"x" * 500_000
    start = threading.Barrier(4)
    found: list[int] = []

    def run() -> None:
        start.wait()
        found.append(media.store(content).pk)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found))) == (4, 1)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [file.read_bytes() == content for file in files] == [True]
