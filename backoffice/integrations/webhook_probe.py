"""Calling our own webhook from outside, as Twilio would, to see whether it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backoffice.core.network import OutgoingForbidden, ensure_outgoing_allowed
from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

Problem = Literal["", "tls", "timeout", "connection"]
# Connecting, then each read.
TIMEOUT = (5, 10)
# Our own answer is a line; a stranger's error page need not be read to its end.
MAX_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status and the beginning of the body, or why nothing did."""

    status: int = 0
    body: str = ""
    location: str = ""
    problem: Problem = ""


def call(url: str, form: Mapping[str, str], signature: str) -> Answer:
    """Post ``form`` with Twilio's signature header to ``url`` and follow no redirect.

    Raises ``ServiceError`` under LOCAL_ONLY; everything else is an answer.
    """
    import requests  # noqa: PLC0415 - slow import

    try:
        ensure_outgoing_allowed(url)
    except OutgoingForbidden as error:
        raise ServiceError(str(error), permanent=True, code=error.code) from error
    headers = {"X-Twilio-Signature": signature}
    try:
        with requests.post(
            url,
            data=form,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = next(response.iter_content(MAX_ANSWER), b"")
            location = response.headers.get("Location", "")
            return Answer(response.status_code, body.decode("utf-8", "replace"), location)
    except requests.exceptions.SSLError:
        return Answer(problem="tls")
    except requests.Timeout:
        return Answer(problem="timeout")
    except requests.RequestException:
        return Answer(problem="connection")
