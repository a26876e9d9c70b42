from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes
from backoffice.messaging.mailboxes import Fetched
from backoffice.testing.imap import ImapServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


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
