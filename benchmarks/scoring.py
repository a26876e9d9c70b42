"""How fast lead scores are answered, beside what could not be faster and beside the seed's way.

    python benchmarks/scoring.py [--clients 100000] [--rounds 500] [--batches 15] [--without-seed]

Starts the web server as ``manage.py serve`` does, in a database of its own ("scoring_benchmark"),
with one address more that does nothing; and the system that ours replaced (``scoring_seed.py``:
FastAPI, pandas, scikit-learn, with packages of its own, put into DATA_DIR/benchmarks the first
time). One client then asks all of them in turn, over one connection each, with the same bytes.

* single / nothing: ``POST /api/score`` against an address of the same app with the same sign-in
  that answers {}; the line "bare view" is one without sign-in, key and API, for comparison.
* batch / bare: the whole ``POST /api/batch_score``, body and answer sent over the connection,
  against JSON parsing of the same bytes, the compiled model's call for a matrix that is there
  already, and rendering of the same answer, without any server.
* seed / ours: how many times as long the seed's way takes.

Times are medians. A ratio is the median of the rounds' ratios: the times of one round are taken
next to each other, so that a busy machine is as busy for all.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from wsgiref.types import WSGIApplication

ROOT = Path(__file__).resolve().parent.parent
SEED = Path(__file__).with_name("scoring_seed.py")
SAMPLE = ROOT / "scoring" / "data" / "customers.csv"
SEED_PACKAGES = ("fastapi", "uvicorn", "pandas", "scikit-learn")
README = {
    "customer_id": 1,
    "days_since_last_contact": 5,
    "total_contacts": 10,
    "total_spent": 1500.50,
    "emails_sent": 8,
    "emails_opened": 6,
    "website_visits": 15,
    "customer_age_days": 120,
}
WARMING = 50
# Servers close a connection that says nothing for longer.
KEPT_OPEN = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--batches", type=int, default=15)
    parser.add_argument("--without-seed", action="store_true")
    options = parser.parse_args()
    # scikit-learn and NumPy alike: one request has one core.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    os.environ |= {"DATABASE_NAME": "scoring_benchmark", "LOG_LEVEL": "WARNING"}
    sys.path[0] = str(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    key = prepared()
    servers = [Server.ours(key)]
    try:
        if not options.without_seed and (python := seed_python()):
            servers.append(Server.seed(python))
        singles(servers, options.rounds)
        batches(servers, options.clients, options.batches)
    finally:
        for one in servers:
            one.stop()


class Server:
    """A web server of this machine, asked over one connection that stays open."""

    def __init__(
        self, name: str, command: Sequence[str], port: int, headers: dict[str, str]
    ) -> None:
        self.name = name
        self._headers = {"Content-Type": "application/json", **headers}
        self._process = subprocess.Popen([*command], cwd=ROOT)  # noqa: S603 - our own
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for _attempt in range(600):
            try:
                self._connection.connect()
            except OSError:
                time.sleep(0.1)
            else:
                self._last = time.perf_counter()
                return
        self.stop()
        raise SystemExit(f"{name} does not answer.")

    @classmethod
    def ours(cls, key: str) -> Server:
        import django  # noqa: PLC0415 - not for the server

        django.setup()
        from backoffice.core.jobs import serving  # noqa: PLC0415 - after the setup

        port = free_port()
        command = serving.web_command(f"127.0.0.1:{port}", 8, "benchmarks.scoring:with_nothing()")
        # For the others as well.
        os.environ |= serving.WEB_MEMORY
        return cls("ours", command, port, {"X-API-Key": key})

    @classmethod
    def seed(cls, python: Path) -> Server:
        port = free_port()
        return cls("seed", [str(python), str(SEED), str(SAMPLE), str(port)], port, {})

    def post(self, address: str, body: bytes) -> tuple[float, bytes]:
        """The seconds until the whole answer was there, and the answer."""
        if time.perf_counter() - self._last > KEPT_OPEN:
            self._connection.close()
            self._connection.connect()
        began = time.perf_counter()
        self._connection.request("POST", address, body, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        self._last = time.perf_counter()
        took = self._last - began
        if response.status != http.HTTPStatus.OK:
            raise SystemExit(f"{self.name} answered {response.status}: {answer[:500]!r}")
        return took, answer

    def stop(self) -> None:
        self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def with_nothing() -> WSGIApplication:
    """The application with two addresses more; asked for by the web server."""
    import django  # noqa: PLC0415 - in the server's process

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    from django.http import HttpRequest, HttpResponse  # noqa: PLC0415 - after the setup
    from django.urls import path  # noqa: PLC0415
    from django.views.decorators.csrf import csrf_exempt  # noqa: PLC0415
    from ninja import Router  # noqa: PLC0415

    from backoffice.api import api  # noqa: PLC0415
    from backoffice.core.api import authentication  # noqa: PLC0415

    router = Router()

    @router.post("/nothing")
    def nothing(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
        return HttpResponse(b"{}", content_type="application/json")

    @csrf_exempt
    def bare(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"{}", content_type="application/json")

    # ninja reads the handlers' annotations.
    nothing.__globals__["HttpRequest"] = HttpRequest
    api.add_router("", router, auth=authentication("scoring", only_computes=True))
    from backoffice import urls  # noqa: PLC0415 - after the router was added

    urls.urlpatterns.insert(0, path("bare", bare))
    from backoffice.wsgi import application  # noqa: PLC0415

    return application


def prepared() -> str:
    """Make the database and the shipped model; return a key."""
    manage("migrate", "--verbosity", "0")
    code = (
        "from django.contrib.auth.models import User; from backoffice.core import api_keys;"
        "from scoring.versions import shipped; shipped.model();"
        "user, _ = User.objects.get_or_create(username='benchmark');"
        "print(api_keys.issue('benchmark', user, ['scoring:read', 'scoring:write'])[1])"
    )
    return manage("shell", "--verbosity", "0", "-c", code).split()[-1]


def manage(*words: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    return done.stdout


def seed_python() -> Path | None:
    """A Python with the seed's packages, made where there is none; nothing where it cannot be."""
    folder = Path(os.environ.get("DATA_DIR", ROOT / ".data")).resolve() / "benchmarks" / "seed"
    python = folder / "bin" / "python"
    if python.exists():
        return python
    print(f"Getting {', '.join(SEED_PACKAGES)} into {folder} ...", flush=True)
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--retries", "1", *SEED_PACKAGES],
    )
    for command in commands:
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            last = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            print(f"They cannot be had, so the seed's way is not measured ({last}).")
            return None
    return python


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def singles(servers: Sequence[Server], rounds: int) -> None:
    body = json.dumps(README).encode()
    ours = servers[0]
    asked = {"nothing": (ours, "/api/nothing"), "bare view": (ours, "/bare")}
    asked |= {one.name: (one, "/api/score") for one in servers}
    order = random.Random(2026)
    took: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(WARMING + rounds):
        # Who comes after whom matters: a process that waited long begins slowly.
        for name in order.sample(sorted(asked), len(asked)):
            server, address = asked[name]
            seconds, _answer = server.post(address, body)
            if number >= WARMING:
                took[name].append(seconds)
    print(f"\nOne client, {rounds} rounds")
    shown(took, "ms", 1000)
    told("single / nothing", took["ours"], took["nothing"], "<= 1.3")
    if "seed" in took:
        told("seed / ours", took["seed"], took["ours"], ">= 4")


def batches(servers: Sequence[Server], clients: int, rounds: int) -> None:
    body = made(clients)
    bare = bare_call(body, servers[0].post("/api/batch_score", body)[1])
    calls: dict[str, Callable[[], float]] = {"bare": bare}
    calls |= {one.name: asking(one, body) for one in servers}
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _round in range(rounds):
        for name, call in calls.items():
            took[name].append(call())
    print(f"\n{clients} clients at once ({len(body) / 1e6:.0f} MB), {rounds} rounds")
    shown(took, "s ", 1)
    told("batch / bare", took["ours"], took["bare"], "<= 1.5")
    if "seed" in took:
        told("seed / ours", took["seed"], took["ours"], ">= 2")


def asking(server: Server, body: bytes) -> Callable[[], float]:
    return lambda: server.post("/api/batch_score", body)[0]


def bare_call(body: bytes, answer: bytes) -> Callable[[], float]:
    """Parsing, the model and rendering, and nothing else; the matrix and the answer are there."""
    import django  # noqa: PLC0415 - not for the client of the others
    import orjson  # noqa: PLC0415

    django.setup()
    from scoring.engine import clients, features  # noqa: PLC0415 - after the setup
    from scoring.versions import shipped  # noqa: PLC0415

    given = orjson.loads(body)["clients"]
    columns = {name: [one[name] for one in given] for name in clients.NAMES}
    looked_at = features.of_clients(clients.read(columns))
    model, ready = shipped.model(), orjson.loads(answer)
    if model.scores(looked_at).tolist() != [one["score"] for one in ready["results"]]:
        raise SystemExit("The server answered other scores.")
    del given, columns

    def call() -> float:
        gc.collect()
        began = time.perf_counter()
        parsed = orjson.loads(body)
        model.scores(looked_at)
        rendered = orjson.dumps(ready)
        took = time.perf_counter() - began
        if len(parsed["clients"]) != len(looked_at) or rendered != answer:
            raise SystemExit("The bare way has another answer.")
        return took

    return call


def made(clients: int) -> bytes:
    """Clients unlike one another, in the size and order of the README's."""
    import numpy as np  # noqa: PLC0415 - not for the server
    import orjson  # noqa: PLC0415

    draw = np.random.default_rng(2026)
    age = draw.integers(1, 2000, clients)
    sent = draw.poisson(8, clients)
    columns: dict[str, Any] = {
        "customer_id": np.arange(1, clients + 1),
        "days_since_last_contact": np.floor(age * draw.random(clients) ** 2).astype(int),
        "total_contacts": draw.poisson(6, clients),
        "total_spent": np.round(draw.lognormal(5, 2, clients), 2),
        "emails_sent": sent,
        "emails_opened": draw.binomial(sent, 0.4),
        "website_visits": draw.poisson(9, clients),
        "customer_age_days": age,
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return orjson.dumps({"clients": [dict(zip(columns, row, strict=True)) for row in rows]})


def shown(took: dict[str, list[float]], unit: str, factor: float) -> None:
    for name, times in took.items():
        spread = statistics.quantiles(times, n=10)
        print(
            f"{name:>18}: {statistics.median(times) * factor:8.3f} {unit}"
            f"  (of ten, one took {spread[0] * factor:.3f} or less, one {spread[-1] * factor:.3f}"
            " or more)"
        )


def told(name: str, ones: Sequence[float], others: Sequence[float], wanted: str) -> None:
    ratio = statistics.median(one / other for one, other in zip(ones, others, strict=True))
    bound = float(wanted.split()[1])
    is_met = ratio <= bound if wanted.startswith("<") else ratio >= bound
    print(f"{name:>18}: {ratio:8.2f}  wanted {wanted}: {'met' if is_met else 'MISSED'}")


if __name__ == "__main__":
    main()
