"""Which texts somebody saw when automatic answers were switched on.

A template may be edited by people who may switch nothing, and in Notion by people who are no
users here at all: what they write goes to customers only after the switch was set anew.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from support.models import ReplyTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.models import Category


def digest(body: str) -> str:
    """By it the text is known again; line ends do not count."""
    return hashlib.sha256(body.replace("\r\n", "\n").strip().encode()).hexdigest()[:32]


def unseen(category: Category) -> list[ReplyTemplate]:
    """The templates that may answer whose text nobody who may switch has seen as it is now."""
    templates = ReplyTemplate.objects.filter(category=category, is_active=True)
    return among(category, templates)


def among(category: Category, templates: Iterable[ReplyTemplate]) -> list[ReplyTemplate]:
    """As :func:`unseen`, of templates that were fetched already."""
    return [
        one for one in templates if one.settles and digest(one.body) not in category.automatic_texts
    ]


def of(category: Category) -> list[str]:
    """What :attr:`Category.automatic_texts` is where all that may answer have been seen.

    What does not settle the matter answers nobody: whoever says later that it does has it seen
    like a new text.
    """
    bodies = ReplyTemplate.objects.filter(category=category, is_active=True, settles=True)
    return sorted({digest(body) for body in bodies.values_list("body", flat=True)})


def has_changed(template: ReplyTemplate, category: Category, *, is_live: bool) -> bool:
    """Whether the template in hand is not, or not any more, the one to answer with.

    Switched off or rewritten since it was read; where the answer would really go, also: not
    seen by whoever switched that on.
    """
    now = ReplyTemplate.objects.filter(pk=template.pk, is_active=True).first()
    if now is None or now.body != template.body:
        return True
    return is_live and bool(among(category, [now]))
