"""How fast the webhook of WhatsApp's Cloud API answers while many deliveries come at once.

    python benchmarks/webhook.py [--clients 20] [--messages 3000] [--worker]

Starts the web server as ``manage.py serve`` does (with ``--worker`` the worker beside it), on the
embedded server and in a database of its own ("webhook_benchmark"), posts signed deliveries of one
message each by as many clients at once, every tenth a second time, and then counts what is stored.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRET = "benchmark"  # noqa: S105 - of this run only
NUMBER_ID = "316780950000417"
AGAIN = 10
TEXT = (
    "Vends Rolex Submariner 124060 de {year}, full set, excellent \\u00e9tat, {price} \\u20ac ferme"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--worker", action="store_true", help="messages are processed meanwhile")
    options = parser.parse_args()
    os.environ |= {
        "DATABASE_NAME": "webhook_benchmark",
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "LOG_LEVEL": "WARNING",
        "LOCAL_ONLY": "true",
    }
    manage("migrate", "--verbosity", "0")
    with_worker = "with the worker beside it" if options.worker else "without a worker"
    print(f"{options.messages} messages, {options.clients} clients, {with_worker}")
    run = f"{time.time():.0f}"
    server, port = start(with_worker=options.worker)
    try:
        post(port, delivery("warm"), [])
        took, seconds = flood(port, run, options.clients, options.messages)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    took.sort()
    print(f"{len(took) / seconds:8.0f} deliveries a second")
    for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1)):
        print(f"{took[min(len(took) - 1, int(len(took) * share))] * 1000:8.1f} ms {name}")
    print(f"{statistics.fmean(took) * 1000:8.1f} ms mean")
    print(f"{stored(run):8d} rows of {options.messages} messages, {len(took)} deliveries")


def start(*, with_worker: bool) -> tuple[subprocess.Popen[str], int]:
    if with_worker:
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        line = server.stdout.readline() if server.stdout else ""
        port = int(line.split("127.0.0.1:")[1].split("/")[0])
    else:
        port = free_port()
        # As core/jobs/serving.py starts it.
        options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"]
        command = [sys.executable, "-m", "gunicorn", *options, "--log-level", "warning"]
        command += ["backoffice.wsgi"]
        server = subprocess.Popen(command, cwd=ROOT, text=True)  # noqa: S603 - our own
    for _attempt in range(200):
        try:
            post(port, b"", [])
        except OSError:
            time.sleep(0.1)
        else:
            return server, port
    server.kill()
    raise SystemExit("The web server does not answer.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def flood(port: int, run: str, clients: int, messages: int) -> tuple[list[float], float]:
    bodies = [delivery(f"{run}.{number}") for number in range(messages)]
    bodies += bodies[::AGAIN]
    took: list[float] = []
    shares = [bodies[first::clients] for first in range(clients)]
    gate = threading.Barrier(clients + 1)
    threads = [threading.Thread(target=client, args=(port, share, gate, took)) for share in shares]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return took, time.perf_counter() - began


def client(port: int, bodies: list[bytes], gate: threading.Barrier, took: list[float]) -> None:
    mine: list[float] = []
    gate.wait()
    for body in bodies:
        post(port, body, mine)
    took += mine


def post(port: int, body: bytes, took: list[float]) -> None:
    """One connection for each delivery, as a proxy without keep-alive has it."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/webhook", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    took.append(time.perf_counter() - began)
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"The webhook answered {answer.status}.")


def delivery(name: str) -> bytes:
    number = sum(name.encode()) % 40
    words = TEXT.format(year=1980 + number, price=8000 + number * 50)
    return (
        '{"object":"whatsapp_business_account","entry":[{"id":"215589313241560","changes":[{'
        '"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"33639980001",'
        f'"phone_number_id":"{NUMBER_ID}"}},"contacts":[{{"profile":{{"name":"Hugo {number}"}},'
        f'"wa_id":"336399801{number:02d}","user_id":"FR.48201937566102{number:02d}"}}],'
        f'"messages":[{{"from":"336399801{number:02d}","from_user_id":"FR.48201937566102'
        f'{number:02d}","id":"wamid.{name}","timestamp":"{time.time():.0f}","type":"text",'
        f'"text":{{"body":"{words}"}}}}]}},"field":"messages"}}]}}]}}'
    ).encode()


def stored(run: str) -> int:
    code = (
        "import json; from backoffice.messaging.models import InboundMessage as M;"
        f"print(json.dumps(M.objects.filter(external_id__startswith='wamid.{run}.').count()))"
    )
    return int(json.loads(manage("shell", "--verbosity", "0", "-c", code)))


def manage(*words: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    return done.stdout


if __name__ == "__main__":
    main()
