"""Three requests a second to Notion, counted across all threads and processes of this host.

The next free moment lies in a small locked file of the data folder. Several hosts keep step
only through Notion's own Retry-After.
"""

from __future__ import annotations

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

# A moment further away than this was written by a clock that has been set back since.
_FURTHEST = 120.0


@dataclass
class Pace:
    """Gives each request its moment, ``1 / per_second`` apart; ``clock`` and ``sleep`` in seconds.

    No file: that of the data folder.
    """

    per_second: float = 3
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    file: Path | None = None

    def wait(self, *, early: float = 0) -> None:
        """Return when it is our turn, or ``early`` seconds before: others wait longer then."""
        moment = self._take(1 / self.per_second)
        if (wait := moment - early - self.clock()) > 0:
            self.sleep(wait)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so many seconds: Notion wants a pause."""
        self._take(0, not_before=self.clock() + min(seconds, _FURTHEST))

    def _take(self, length: float, *, not_before: float = 0) -> float:
        """The next free moment, which is then taken for ``length`` seconds."""
        path = self.file or Path(settings.DATA_DIR) / "notion.pace"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Each opening has a lock of its own, so this holds between threads, too.
        with path.open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            now = self.clock()
            moment = max(now, _moment(file.read(40), now), not_before)
            file.seek(0)
            file.truncate()
            file.write(f"{moment + length:.3f}")
            file.flush()
        return moment


def _moment(text: str, now: float) -> float:
    try:
        moment = float(text)
    except ValueError:
        return 0
    return moment if moment < now + _FURTHEST else 0


PACE = Pace()
