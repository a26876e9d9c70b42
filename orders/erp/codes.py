"""Article codes of the ERP: paper, grammage, width of the reel, supplier of the paper.

``KB100L28MON`` is bleached kraft of 100 g/m², 28 wide, from MON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from orders.models import Paper

_CODE = re.compile(r"([A-Z]{2})([0-9]{2,3})L([0-9]{1,4})([A-Z][A-Z0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class ArticleCode:
    """The parts of a code: g/m², the reel's width as the house writes it, capital letters."""

    paper: str
    grammage: int
    laize: int
    supplier: str

    def __str__(self) -> str:
        return f"{self.paper}{self.grammage}L{self.laize}{self.supplier}"


def parse(code: str) -> ArticleCode:
    """The parts of ``code``, in any case and with blanks; ``DomainError`` says what is wrong."""
    plain = "".join(code.split()).upper()
    match = _CODE.fullmatch(plain)
    if match is None:
        raise _refused(code, _("write paper, grammage, L, laize and supplier: KB100L28MON"))
    paper, grammage, laize, supplier = match.groups()
    if paper not in Paper.values:
        known = ", ".join(Paper.values)
        raise _refused(code, _("the paper is one of %(known)s") % {"known": known})
    # KB070L28MON would come back as KB70L28MON: two codes for one article.
    if grammage.startswith("0") or laize.startswith("0"):
        raise _refused(code, _("grammage and laize do not begin with 0"))
    return ArticleCode(paper, int(grammage), int(laize), supplier)


def compose(paper: str, grammage: int, laize: int, supplier: str) -> str:
    """The code of these parts; ``DomainError`` where they are not those of an article."""
    return str(parse(str(ArticleCode(paper, grammage, laize, supplier))))


def _refused(code: str, why: str) -> DomainError:
    sentence = _("“%(code)s” is no article code: %(why)s.") % {"code": code, "why": why}
    return DomainError(sentence, code="article_code", field="article_code", value=code)
