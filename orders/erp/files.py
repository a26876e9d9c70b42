"""The file for the ERP: one row per line of an order, in the columns of Sage X3 sales orders.

Sage reads records that end with CR LF and fields that a mark separates; both ends have to agree
on that mark and on the encoding, so they are settings.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from backoffice.core.spreadsheets.formats import safe
from orders.erp.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from orders.erp.facts import LineFacts
    from orders.models import Order, OrderLine

COLUMNS = (
    "numero_commande",
    "ligne",
    "site_vente",
    "code_client",
    "raison_sociale",
    "code_article",
    "designation",
    "quantite_commandee",
    "quantite_livree",
    "reste_a_livrer",
    "commercial",
    "type_sac",
    "format_lar_pre_lon",
    "grammage",
    "laize",
)
CODEC = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "cp1252": "cp1252"}


def heading() -> bytes:
    """What the file begins with: the mark of its encoding, the names of the columns."""
    mark = b"\xef\xbb\xbf" if settings.ERP_ENCODING == "utf-8-sig" else b""
    return mark + (encode([COLUMNS]) if settings.ERP_HEADER else b"")


def encode(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as bytes of the file; :func:`unwritable` says what its encoding cannot write."""
    out = io.StringIO(newline="")
    delimiter = "\t" if settings.ERP_DELIMITER == "tab" else settings.ERP_DELIMITER
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode(CODEC[settings.ERP_ENCODING])


def unwritable(order: Order) -> list[str]:
    """The words of an order that the file's encoding cannot write: Arabic in cp1252."""
    names = [_company(order), _seller(order), customer_code(order)]
    texts = [*names, *(_goods(line) for line in order.lines.all())]
    return [text for text in dict.fromkeys(texts) if not _fits(text)]


def rows_of(order: Order, lines: Sequence[tuple[OrderLine, LineFacts]]) -> Iterator[list[object]]:
    """The rows of an order that has no gap."""
    seller, company = _seller(order), _company(order)
    code = customer_code(order)
    for number, (line, facts) in enumerate(lines, start=1):
        ordered = facts.ordered or Decimal(0)
        delivered = facts.delivered or Decimal(0)
        yield [
            order.number,
            number,
            settings.ERP_SALES_SITE,
            code,
            company,
            facts.article_code,
            _goods(line),
            ordered,
            delivered,
            max(ordered - delivered, Decimal(0)),
            seller,
            facts.bag_type,
            facts.size,
            facts.grammage,
            facts.laize,
        ]


def lines_of(order: Order) -> list[tuple[OrderLine, LineFacts]]:
    return [(line, facts_of(line)) for line in order.lines.all()]


def customer_code(order: Order) -> str:
    """The customer's key in the ERP; empty where there is none, or more than one."""
    if order.customer is None:
        return ""
    prefix = f"{settings.ERP_SYSTEM}:"
    codes = {
        identity.value.removeprefix(prefix)
        for identity in order.customer.identities.all()
        if identity.kind == identity.Kind.SOURCE_KEY and identity.value.startswith(prefix)
    }
    return codes.pop() if len(codes) == 1 else ""


def _company(order: Order) -> str:
    return _drawn(str(order.customer or order.company or order.contact_name))


def _seller(order: Order) -> str:
    person = order.decided_by
    return (person.get_full_name() or person.get_username()) if person else ""


def _goods(line: OrderLine) -> str:
    """The customer's words, or the product's name where the file cannot hold those."""
    name = str(line.product or "")
    words = _drawn(line.description) or name
    return words if _fits(words) or not name else name


def _drawn(text: str) -> str:
    """The text without pictures, and what steers them, that the encoding cannot write."""
    if _fits(text):
        return text
    kept = (char for char in text if _fits(char) or unicodedata.category(char)[0] in "LNP")
    return "".join(kept).strip()


def _fits(text: str) -> bool:
    try:
        text.encode(CODEC[settings.ERP_ENCODING])
    except UnicodeEncodeError:
        return False
    return True


def _cell(value: object) -> str:
    """A field of one record: numbers the French way, words on one line and no formula."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    if isinstance(value, int):
        return str(value)
    return str(safe(" ".join(str("" if value is None else value).split())))
