"""Meta's Graph API on loopback, as far as WhatsApp messages and their files go.

    with GraphServer() as graph:
        settings.WHATSAPP_API_URL = graph.url
        graph.keeps("1380044512760931", b"...", "image/jpeg")
        ...
        assert [message["text"]["body"] for message in graph.sent()] == ["Bonjour"]

Every message gets an id of its own; ``answers`` and ``fixture`` of :class:`FixtureServer` make it
refuse, wait or hang up.
"""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING, Any

from backoffice.testing.http import Answer, FixtureServer

if TYPE_CHECKING:
    from pathlib import Path

    from backoffice.testing.http import Request

MESSAGES = "/*/messages"


class GraphServer(FixtureServer):
    """Takes every message, and hands out the files it was given to keep."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._numbers = itertools.count(1)
        self.takes()

    def takes(self) -> None:
        """Take messages from now on."""
        self.answers("POST", MESSAGES, self._take)

    def sent(self) -> list[dict[str, Any]]:
        """What was asked to be sent, in order."""
        return [request.json() for request in self.requests_to(MESSAGES, "POST")]

    def keeps(self, media_id: str, content: bytes, mime: str, **facts: str) -> None:
        """Hold a file as Meta does, in two steps; ``facts`` overrule what is told of it."""
        path = f"/files/{media_id}"
        told = {
            "messaging_product": "whatsapp",
            "mime_type": mime,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": str(len(content)),
            "id": media_id,
        }
        self.answers(
            "GET",
            f"/v*/{media_id}",
            lambda _request: Answer.json({**told, "url": f"{self.url}{path}", **facts}),
        )
        self.answers("GET", path, Answer(200, content, {"Content-Type": mime}))

    def _take(self, request: Request) -> Answer:
        body = request.json()
        to = body.get("to") or body.get("recipient")
        wamid = f"wamid.TEST{next(self._numbers):06d}"
        return Answer.json(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": to}],
                "messages": [{"id": wamid}],
            }
        )
