"""A real HTTP server on loopback that answers for an outside service in tests.

    with FixtureServer(Path(__file__).parent / "data" / "openai") as server:
        server.answers("POST", "/v1/chat/completions", "error_rate_limit_429", "chat_refusal")
        settings.OPENAI_BASE_URL = server.url + "/v1"
        ...
        assert [request.json()["model"] for request in server.requests] == ["gpt-6-luna"]

A folder holds one file per reply and ``_http.json``, which gives the method,
path, status and headers that go with each name.
"""

from __future__ import annotations

import contextlib
import email.policy
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import MIMEPart
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply; ``delay`` in seconds comes before it, ``closed`` hangs up without one."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    closed: bool = False

    @classmethod
    def json(cls, value: object, status: int = 200, **headers: str) -> Answer:
        return cls(
            status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request."""

    filename: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; ``headers`` have names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the client under test sent
        return json.loads(self.body)

    def form(self) -> dict[str, list[str]]:
        """Fields of a form, URL-encoded or multipart, without its files."""
        if not self._is_multipart():
            return parse_qs(self.body.decode(), keep_blank_values=True)
        fields: dict[str, list[str]] = {}
        for name, part in self._parts():
            if part.get_filename() is None:
                fields.setdefault(name, []).append(_payload(part).decode())
        return fields

    def files(self) -> dict[str, Upload]:
        uploads = {}
        for name, part in self._parts() if self._is_multipart() else ():
            filename = part.get_filename()
            if filename is not None:
                uploads[name] = Upload(filename, part.get_content_type(), _payload(part))
        return uploads

    def _is_multipart(self) -> bool:
        return self.headers.get("content-type", "").startswith("multipart/")

    def _parts(self) -> list[tuple[str, MIMEPart]]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=email.policy.HTTP).parsebytes(head + self.body)
        return [
            (str(part.get_param("name", header="content-disposition")), part)
            for part in message.iter_parts()
        ]


Reply = str | Answer | Callable[[Request], Answer]


class FixtureServer:
    """Answers on a free port of 127.0.0.1 while the ``with`` block lasts.

    Unless told otherwise a path gets the first 2xx reply the folder has for it,
    and 404 where it has none. ``requests`` keeps what arrived, in order. With a
    ``certificate`` (PEM, key included) it speaks https.
    """

    def __init__(self, folder: Path | None = None, *, certificate: Path | None = None) -> None:
        self._certificate = certificate
        self.requests: list[Request] = []
        self._folder = folder
        self._index: dict[str, dict[str, Any]] = {}
        if folder:
            self._index = json.loads((folder / "_http.json").read_text())
        self._told: dict[tuple[str, str], list[Reply]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def answers(self, method: str, path: str, *replies: Reply) -> None:
        """Answer requests to ``path`` (``*`` matches anything) with these, one after the other.

        A reply is a name of the folder, an :class:`Answer`, or a function of the
        request. The last one repeats.
        """
        with self._lock:
            self._told[method, path] = list(replies)

    def fixture(self, name: str, **changes: Any) -> Answer:
        """The folder's reply of that name, with fields of :class:`Answer` changed."""
        if self._folder is None:
            raise LookupError(f"no folder to take {name} from")
        entry = self._index[name]
        files = [self._folder / entry["file"]] if "file" in entry else []
        file = next(iter(files or sorted(self._folder.glob(f"{name}.*"))))
        answer = Answer(entry["status"], file.read_bytes(), entry["headers"])
        return replace(answer, **changes)

    def requests_to(self, path: str, method: str = "") -> list[Request]:
        return [
            request
            for request in self.requests
            if fnmatchcase(request.path, path) and method in ("", request.method)
        ]

    @property
    def url(self) -> str:
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        if self._certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(self._certificate)
            # The handshake belongs into the request's thread: a client may break it off.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def respond(self, request: Request) -> Answer:
        """Record the request and choose its reply (called by the server's threads)."""
        with self._lock:
            self.requests.append(request)
            reply = self._next_reply(request)
        if isinstance(reply, str):
            reply = self.fixture(reply)
        answer = reply if isinstance(reply, Answer) else reply(request)
        self._stopping.wait(answer.delay)
        return answer

    def _next_reply(self, request: Request) -> Reply:
        for (method, pattern), replies in self._told.items():
            if method == request.method and fnmatchcase(request.path, pattern):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        for name, entry in self._index.items():
            wanted = (entry["method"], urlsplit(entry["path"]).path)
            if wanted == (request.method, request.path) and entry["status"] < 300:  # noqa: PLR2004 - 2xx
                return name
        return Answer.json({"error": f"no reply for {request.method} {request.path}"}, status=404)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() waits for them: no socket outlives the test

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up (a time-out under test) is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: FixtureServer

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        answer = self.owner.respond(request)
        # One request per connection: a thread left waiting for the next would outlive the test.
        self.close_connection = True
        if answer.closed:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = {"Content-Length": str(len(answer.body)), **answer.headers, "Connection": "close"}
        with contextlib.suppress(OSError):
            self.send_response(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - the base class's names

    def log_message(self, *args: object) -> None:
        """Tests read ``requests``, not a log."""


def _payload(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
