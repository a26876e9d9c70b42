"""Parsers of foreign formats run in a process of their own, with a time and memory limit.

pypdf can spin and spreadsheet readers can be made to allocate without end; no
check beforehand finds every such file. A child costs about 0.4 s a document and
can be killed; a thread cannot, and a fork of a threaded worker may deadlock.
The child gets the bytes on standard input, no environment (so no secrets), and
answers with JSON on standard output.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.found import Found
from backoffice.messaging.documents.problems import Refused

log = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parents[3]
_KEPT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR", "TEMP")


def read(kind: str, data: bytes, *, seconds: float = limits.CHILD_SECONDS) -> Found:
    """Parse in a child. Raises Refused: the parser's own reason, "slow" or "corrupt"."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *sys.path[1:]])
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "backoffice.messaging.documents.child", kind],
            input=data,
            capture_output=True,
            timeout=seconds,
            env=environment,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        log.warning("reading a %s of %s bytes took over %s s", kind, len(data), seconds)
        raise Refused("slow") from error
    return _answer(kind, done)


def _answer(kind: str, done: subprocess.CompletedProcess[bytes]) -> Found:
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        # Killed by its limits, or a crash inside a C library.
        log.warning("reading a %s ended with status %s", kind, done.returncode)
        raise Refused("slow") from error
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["values"])
    if "failed" in answer:
        log.warning("reading a %s failed: %s", kind, answer["failed"])
        raise Refused("slow" if answer["failed"] == "MemoryError" else "corrupt")
    return Found(
        text=answer["text"],
        method=answer["method"],
        page_starts=tuple(answer["page_starts"]),
        scans=tuple((number, base64.b64decode(scan)) for number, scan in answer["scans"]),
        note=answer["note"],
        note_values=tuple((name, value) for name, value in answer["note_values"]),
    )


def parse(kind: str, data: bytes) -> Found:
    """The parser of a kind, in this process. Raises what the parser raises."""
    # The child imports only what it needs: pypdf alone takes 0.3 s.
    if kind == "pdf":
        from backoffice.messaging.documents import pdf  # noqa: PLC0415 - slow import

        return pdf.read(data)
    from backoffice.messaging.documents import spreadsheet  # noqa: PLC0415 - slow import

    if kind != "xls":
        spreadsheet.check_zip(data)
    if kind == "docx":
        from backoffice.messaging.documents import word  # noqa: PLC0415 - slow import

        return word.read(data)
    return spreadsheet.read_workbook(data)


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    for what, most in (
        (resource.RLIMIT_AS, limits.CHILD_MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CHILD_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _respond(kind: str, data: bytes) -> dict[str, object]:
    try:
        found = parse(kind, data)
    except Refused as refused:
        return {"refused": refused.code, "values": refused.values}
    except BaseException as error:  # noqa: BLE001 - panics of Rust libraries are no Exceptions
        return {"failed": type(error).__name__}
    scans = found.scans
    while scans and sum(len(scan) for _, scan in scans) > limits.CHILD_IMAGE_BYTES:
        scans = scans[:-1]
    return {
        "text": found.text[: limits.TEXT_CHARACTERS],
        "method": found.method,
        "page_starts": found.page_starts,
        "scans": [(number, base64.b64encode(scan).decode()) for number, scan in scans],
        "note": found.note,
        "note_values": found.note_values,
    }


def main() -> None:
    """Entry point of the child: kind as argument, file on standard input."""
    # Libraries that print must not spoil the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    data = sys.stdin.buffer.read()
    _limit()
    json.dump(_respond(sys.argv[1], data), answer)
    answer.close()


if __name__ == "__main__":
    main()
