"""What every test may count on: its own data folder, and no network but this machine's."""

from __future__ import annotations

import ipaddress
import os
import sys
import tempfile
from pathlib import Path

# Before Django reads its settings. One server for all parallel test processes;
# the developer's own environment and .env do not reach the tests.
_DATA = Path(tempfile.gettempdir()) / f"backoffice-tests-{os.getuid()}"
os.environ.setdefault("DATA_DIR", str(_DATA))
os.environ["ENV_FILE"] = os.devnull
os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def _stay_at_home(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse any connection that would leave the machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            message = f"a test tried to reach {host}"
            raise ConnectionRefusedError(message)


sys.addaudithook(_stay_at_home)
