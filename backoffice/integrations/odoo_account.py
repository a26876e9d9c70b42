"""Where an Odoo is, and with which key we come; the key shows in no message and no traceback."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """``url`` as people copy it from the browser; ``login`` only for versions before 19."""

    url: str
    database: str = ""
    login: str = ""
    key: str = field(default="", repr=False)
    # http:// is taken where the server stands on this machine or in this network.
    plain_http: bool = False
