"""Understanding what a message orders: by a model where there is one, by local rules otherwise.

``rules`` reads one order with the help of the packages ``text`` (words and numbers), ``kind``
(what is asked for), ``lines`` (goods, quantities, prices) and ``who`` (the customer);
``splitting`` tells several orders apart, ``changes`` reads what changes an earlier one,
``model`` asks OpenAI, and ``confidence`` says how far each value can be believed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core import ai, phones
from orders.extraction import rules
from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.confidence import trust
from orders.extraction.model import openai_reading
from orders.extraction.splitting import several
from orders.extraction.text import recalled
from orders.extraction.who.company import Company

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.reading import OrderReading


def read(content: MessageContent, catalogue: Catalogue = PACKAGING) -> tuple[OrderReading, ...]:
    """Return each order the message asks for; exactly one reading where it asks for none.

    ``catalogue`` is what may be ordered and how it is called; by default what the code
    knows, which needs no database. Never fails for want of a model: where one was asked
    in vain the rules read, and a warning says why.
    """
    us = our_company()
    content = recalled.without_ours(content, us)
    return tuple(
        trust.weighed(one, content, us, catalogue=catalogue)
        for one in _understood(content, catalogue)
    )


def _understood(content: MessageContent, catalogue: Catalogue) -> tuple[OrderReading, ...]:
    if not settings.OPENAI_API_KEY or settings.LOCAL_ONLY:
        return _by_rules(content, catalogue)
    try:
        return openai_reading.read_all(content, catalogue)
    except ai.AiError as error:
        fallback = _("Read by local rules: %(reason)s") % {"reason": error}
        return tuple(
            replace(reading, warnings=(*reading.warnings, fallback))
            for reading in _by_rules(content, catalogue)
        )


def _by_rules(content: MessageContent, catalogue: Catalogue) -> tuple[OrderReading, ...]:
    read_one = partial(rules.read, company=our_company(), catalogue=catalogue)
    return several.read(content, read_one(content), read_one)


def our_company() -> Company:
    """We ourselves, whose name and numbers are never the customer's."""
    numbers = (phones.normalise(number) for number in settings.COMPANY_PHONES)
    return Company(
        name=settings.COMPANY_NAME,
        email_domains=tuple(settings.COMPANY_EMAIL_DOMAINS),
        phones=tuple(number for number in numbers if number),
    )
