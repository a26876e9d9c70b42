from __future__ import annotations

import hashlib
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

import pytest

from backoffice.core.request_bodies import WithLength

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pytest_django import Settings

CONTENT = b"0123456789" * 10


def answer(body: IO[bytes], **environ: Any) -> tuple[str, str]:
    """Status, and the length and digest that the application was given."""
    told: list[str] = []

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        length = int(environ.get("CONTENT_LENGTH") or 0)
        digest = hashlib.sha256(environ["wsgi.input"].read(length)).hexdigest()
        return [f"{length} {digest}".encode()]

    def start(status: str, *_rest: object) -> Callable[[bytes], object]:
        told.append(status)
        return lambda _unused: None

    given = {"wsgi.input": body, "wsgi.input_terminated": True, **environ}
    said = b"".join(WithLength(application)(given, start))
    return told[0], said.decode()


def whole(content: bytes) -> str:
    return f"{len(content)} {hashlib.sha256(content).hexdigest()}"


def test_a_chunked_body_comes_with_its_length(settings: Settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(CONTENT)

    assert answer(BytesIO(CONTENT), HTTP_TRANSFER_ENCODING="Chunked") == ("200 OK", whole(CONTENT))


def test_a_longer_one_than_we_take_is_refused_unread(settings: Settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(CONTENT) - 1

    told = answer(BytesIO(CONTENT), HTTP_TRANSFER_ENCODING="chunked")

    assert told == ("413 Request Entity Too Large", "")


def test_one_that_breaks_off_is_refused(tmp_path: Path):
    with (tmp_path / "body").open("wb") as unreadable:
        assert answer(unreadable, HTTP_TRANSFER_ENCODING="chunked") == ("400 Bad Request", "")


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "10"},
        # A server that would wait for more than there is.
        {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": False},
    ],
)
def test_every_other_body_is_left_alone(environ: dict[str, Any]):
    first = CONTENT[:10] if environ["CONTENT_LENGTH"] else b""

    assert answer(BytesIO(CONTENT), **environ) == ("200 OK", whole(first))
