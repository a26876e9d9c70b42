"""A real SMTP server on loopback that tests can make refuse, stall or hang up.

with SmtpServer() as server:
    server.use(settings)
    server.refuse("DATA", "451 try later", times=1)
    ...
    assert [mail["Subject"] for mail in server.mails] == ["Hello"]
"""

from __future__ import annotations

import asyncio
import email.policy
from dataclasses import dataclass
from email.parser import BytesParser
from typing import TYPE_CHECKING, Self

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

    from aiosmtpd.smtp import SMTP, Envelope, Session
    from pytest_django import Settings


@dataclass(slots=True)
class _Order:
    """What the server was told to do at one command."""

    reply: str
    times: int
    hang_up: bool = False
    delay: float = 0


class SmtpServer:
    """Accepts every mail unless told otherwise; ``mails`` keeps what was accepted, in order."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._orders: dict[str, _Order] = {}
        self._refused: dict[str, str] = {}

    def refuse(self, command: str, reply: str, *, times: int = 1000) -> None:
        """Answer ``EHLO``, ``MAIL``, ``RCPT`` or ``DATA`` with ``reply`` (e.g. "550 no")."""
        self._orders[command] = _Order(reply, times)

    def refuse_recipient(self, address: str, reply: str) -> None:
        self._refused[address] = reply

    def lose_answer(self, *, accept: bool = True) -> None:
        """Take the text of the next mail (keep it, if ``accept``) and hang up without an answer."""
        self._orders["DATA"] = _Order("250 kept" if accept else "451 lost", 1, hang_up=True)

    def stall(self, seconds: float) -> None:
        """Keep the next mail, but answer only after ``seconds``."""
        self._orders["DATA"] = _Order("250 late", 1, delay=seconds)

    def use(self, settings: Settings) -> None:
        """Point the project's mail settings here."""
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = self.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 60
        settings.DEFAULT_FROM_EMAIL = "commandes@example.com"

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def __enter__(self) -> Self:
        self._controller = _Controller(_Handler(self), hostname="127.0.0.1", port=0)
        self._controller.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._controller.stop()

    def order_for(self, command: str) -> _Order | None:
        order = self._orders.get(command)
        if order is None or order.times <= 0:
            return None
        order.times -= 1
        return order

    def refusal_of(self, address: str) -> str:
        return self._refused.get(address, "")


def file_bytes(part: MIMEPart) -> bytes:
    """The bytes of an attachment of a received mail."""
    return part.get_payload(decode=True)  # type: ignore[return-value]


class _Controller(Controller):
    server: asyncio.Server

    def _trigger_server(self) -> None:
        # The base class would knock at port 0 to see whether the server is up.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self.owner = owner

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        order = self.owner.order_for("EHLO")
        return [order.reply] if order else responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        order = self.owner.order_for("MAIL")
        if order:
            return order.reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        order = self.owner.order_for("RCPT")
        if order:
            return order.reply
        if refusal := self.owner.refusal_of(address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        order = self.owner.order_for("DATA")
        reply = order.reply if order else "250 OK"
        if reply.startswith("250"):
            self.owner.mails.append(
                BytesParser(policy=email.policy.default).parsebytes(envelope.content)  # type: ignore[arg-type]
            )
            self.owner.recipients.extend(envelope.rcpt_tos)
        if order and order.delay:
            await asyncio.sleep(order.delay)
        if order and order.hang_up:
            server.transport.abort()  # type: ignore[union-attr]
        return reply
