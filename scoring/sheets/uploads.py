"""Sheets that wait between preview and download: kept by content for a day, named by a token.

No row stands for one: the token, signed and of the person who uploaded it, says where it is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from django.core import signing
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files import keeping
from scoring.sheets.opening import opened

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.contrib.auth.models import User

    from scoring.sheets.opening import Sheet

KEPT: Final = dt.timedelta(days=1)
_SALT: Final = "scoring.sheets"


@dataclass(frozen=True, slots=True)
class Upload:
    """A sheet that somebody uploaded."""

    path: str
    filename: str

    def opened(self) -> AbstractContextManager[Sheet]:
        """Read it; raises DomainError where it is gone, or no sheet of clients."""
        return opened(partial(keeping.open_kept, self.path), self.filename)


def receive(content: IO[bytes], *, filename: str, by: User) -> str:
    """Keep a sheet that can be read; the token to find it by.

    Raises:
        DomainError: it is no table, or lacks a column.

    """
    upload = Upload(keeping.keep(content).path, keeping.safe_name(filename))
    with upload.opened():
        pass
    return signing.dumps([upload.path, upload.filename, by.pk], salt=_SALT, compress=True)


def find(token: str, *, by: User) -> Upload:
    """The sheet of a token.

    Raises:
        DomainError: the token is somebody else's, too old, or none.

    """
    try:
        path, filename, user_id = signing.loads(token, salt=_SALT, max_age=KEPT)
    except signing.BadSignature:
        user_id = None
    if user_id != by.pk:
        sentence = _("The file is no longer kept: upload it again.")
        raise DomainError(sentence, code="file_gone", field="file")
    return Upload(path, filename)
