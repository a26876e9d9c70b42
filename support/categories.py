"""What a manager may do with categories: add, switch off, delete what nothing hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.models import Category, CategoryExample, Draft, Ticket
from support.seed_categories import CATEGORIES
from support.understanding import taught

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import User


def name_new(category: Category) -> None:
    """Give a category that is being made the label under which it is learned for ever."""
    longest = Category._meta.get_field("key").max_length or 0  # noqa: SLF001 - Django's own API
    key, number = category.name, 1
    while Category.objects.filter(key=key).exists():
        # Another one began under this name and is called otherwise today.
        number += 1
        key = f"{category.name[: longest - 6]} {number}"
    category.key = key


def why_kept(category: Category) -> str:
    """Why the category cannot be deleted, in a sentence; empty where it can."""
    if category.is_fallback or category.key in CATEGORIES:
        return _("It is one of those we ship messages for: switch it off instead.")
    if Ticket.objects.filter(category=category).exists() or category.templates.exists():
        return _("Tickets or templates belong to it: switch it off instead.")
    if category.trials.exists() or Draft.objects.filter(category=category).exists():
        return _("Earlier answers belong to it: switch it off instead.")
    return ""


def delete(category: Category) -> None:
    """Delete a category that nothing belongs to. ``DomainError`` where something does."""
    if sentence := why_kept(category):
        error = DomainError(sentence, code="category_in_use", value=category.name)
        error.conflict = True
        raise error
    category.delete()


def check_example(message: str, *, known: Collection[int] = ()) -> str:
    """The message as it is kept; ``DomainError`` where it is no example, or one already.

    ``known`` are the ids of examples that are about to be replaced.
    """
    text = message.replace("\r\n", "\n").replace("\0", "").strip()
    if not any(char.isalpha() for char in text):
        raise DomainError(
            _("Write what a customer writes, in their words."), code="empty", field="message"
        )
    key = taught.key_of(text)
    others = CategoryExample.objects.exclude(pk__in=known).select_related("category")
    for example in others.iterator():
        if taught.key_of(example.message) == key:
            where = _("“%(category)s” has this example already.")
            raise DomainError(
                where % {"category": example.category}, code="example_twice", field="message"
            )
    return text


def sign_examples(examples: Collection[CategoryExample], *, by: User) -> None:
    """Note who wrote the new ones down."""
    for example in examples:
        if example._state.adding:  # noqa: SLF001 - Django's own API
            example.created_by = by
