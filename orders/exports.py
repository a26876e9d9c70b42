"""Many orders as a file, whoever asks: the list's page or the command."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from backoffice.core.spreadsheets.formats import Csv, Xlsx
from orders.documents.listing import write_list
from orders.resources import OrderResource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from orders.models import Order


def write(
    file: IO[bytes], orders: QuerySet[Order], format_name: str, *, filters: Sequence[str] = ()
) -> None:
    """Write ``orders`` to ``file`` as "csv", "xlsx" (one row each) or "pdf" (a list to read).

    Rows come from a server-side cursor and are not kept, except for a PDF, which says how many
    it takes (``DomainError``). ``filters`` are printed in the head of a PDF.
    """
    if format_name == "pdf":
        write_list(file, orders, filters=filters)
        return
    header, rows = OrderResource().stream(orders)
    if format_name == "xlsx":
        Xlsx().write(file, header, rows)
        return
    for chunk in Csv().chunks(header, rows):
        file.write(chunk)
