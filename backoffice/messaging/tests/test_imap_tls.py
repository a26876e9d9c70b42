from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes
from backoffice.messaging.mailboxes import Fetched
from backoffice.testing.imap import ImapServer
from backoffice.testing.tls import self_signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "mail.pem")


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[ImapServer]:
    with ImapServer(certificate) as running:
        running.append("INBOX", b"Message-ID: <a@x>\r\n\r\n2000 sacs")
        yield running


def test_mail_is_fetched_over_starttls(
    server: ImapServer, certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.MAILBOXES = {"orders": server.account("INBOX")}

    assert mailboxes.fetch("orders") == Fetched(imported=1)


def test_certificate_that_nobody_vouches_for_is_refused(server: ImapServer, settings: Settings):
    settings.MAILBOXES = {"orders": server.account("INBOX")}

    with pytest.raises(ServiceError) as failure:
        mailboxes.fetch("orders")

    assert failure.value.code == "tls"
    assert "certificate" in str(failure.value)
