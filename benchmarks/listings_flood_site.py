"""The web server and the worker of the flood, and the clients that post to it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from listings_flood_messages import Message

ROOT = Path(__file__).resolve().parent.parent
SECRET = "benchmark"  # noqa: S105 - of this run only


@dataclass
class Site:
    """The web server, and the worker that is killed and started again."""

    web: subprocess.Popen[str]
    port: int
    worker: subprocess.Popen[str]
    kills: list[float] = field(default_factory=list)

    def kill_worker(self) -> None:
        parts = psutil.Process(self.worker.pid)
        for part in [parts, *parts.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                part.kill()
        self.worker.wait()
        self.kills.append(time.monotonic())
        self.worker = start_worker()

    def stop(self) -> None:
        for process in (self.worker, self.web):
            process.send_signal(signal.SIGTERM)
            process.wait()


def start_web() -> tuple[subprocess.Popen[str], int]:
    import socket  # noqa: PLC0415 - for this alone

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    # As core/jobs/serving.py starts it.
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"]
    command = [sys.executable, "-m", "gunicorn", *options, "--log-level", "warning"]
    web = subprocess.Popen([*command, "backoffice.wsgi"], cwd=ROOT, text=True)  # noqa: S603 - our own
    for _attempt in range(200):
        try:
            ask(port)
        except OSError:
            time.sleep(0.1)
        else:
            return web, port
    raise SystemExit("The web server does not answer.")


def ask(port: int) -> None:
    """Have the web server load what the first delivery would wait for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/webhook")
    connection.getresponse().read()
    connection.close()


def start_worker() -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "run_worker"]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


def post_all(port: int, flood: list[Message], clients: int) -> None:
    """Post each message, every tenth twice, by many clients at once."""
    bodies = [message.body() for message in flood]
    bodies += bodies[::10]
    took: list[float] = []

    def client(share: list[bytes]) -> None:
        for body in share:
            took.append(post(port, body))  # noqa: PERF401 - shared by threads

    threads = [
        threading.Thread(target=client, args=(bodies[first::clients],)) for first in range(clients)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    rate = len(took) / (time.monotonic() - began)
    print(
        f"posted {len(took)} deliveries, {rate:.0f} a second: median"
        f" {took[len(took) // 2] * 1000:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms"
    )


def post(port: int, body: bytes) -> float:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/webhook", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"The webhook answered {answer.status}.")
    return time.monotonic() - began
