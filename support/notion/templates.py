"""Reply templates and their pages in "Réponses support": what stands where, who changed what.

A text that loses against a later one is kept as a template that is switched off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.text import same_words
from backoffice.integrations.notion_values import same_name
from support.drafting import placeholders
from support.models import Category, Language, NotionBase, NotionPage, ReplyTemplate
from support.notion import bases
from support.notion.comparing import Agreed, Merged, is_later_there, same

if TYPE_CHECKING:
    from backoffice.integrations.notion_values import Page
    from support.notion.bases import Columns

ROLES = tuple(column.role for column in bases.COLUMNS[NotionBase.REPLIES])
# The first one is written; all are understood.
_LANGUAGES: dict[str, tuple[str, ...]] = {
    Language.FRENCH: ("Français", "fr", "French"),
    Language.ENGLISH: ("Anglais", "en", "English"),
    Language.SPANISH: ("Espagnol", "es", "Español", "Spanish"),
    Language.ARABIC: ("Arabe", "ar", "العربية", "Arabic"),
    Language.DARIJA: ("Darija", "ar-Latn"),
}
_MOST_NAME = 120


def values(template: ReplyTemplate) -> dict[str, str]:
    """What the page should say, by role."""
    return {
        "title": template.name,
        "category": template.category.name.replace(",", " "),
        "body": template.body,
        "language": _LANGUAGES[template.language][0],
    }


def reconcile(page: NotionPage, template: ReplyTemplate, remote: Page, columns: Columns) -> Merged:
    """Take over what changed there and return what to write there; all is locked by the caller."""
    there = {role: columns.text(remote, role) for role in ROLES}
    agreed = Agreed.of(page)
    here = values(template)
    if agreed.is_first:
        agreed = Agreed(here, there)
    page.changed_at = template.updated_at
    merged = Merged()
    before = template.body
    for role in ROLES:
        is_ours = role in agreed.owed or not same(here[role], agreed.here.get(role, ""))
        is_theirs = not same(there[role], agreed.there.get(role, ""))
        if role not in columns.by_role or _is_same(role, here[role], there[role]):
            continue
        merged.conflicts += is_ours and is_theirs
        if is_theirs and (not is_ours or is_later_there(page, remote)):
            problem = _take(template, role, there[role])
            if problem:
                merged.problems.append(_about(template.name, problem))
            elif is_ours and role == "body":
                _keep(template, before, _("here"))
        elif is_ours:
            merged.writes[role] = here[role]
            if is_theirs and role == "body":
                _keep(template, there[role], "Notion")
    if template.body != before and (odd := _odd_names(template)):
        merged.problems.append(odd)
    _save(template)
    now = values(template)
    kept = {role: agreed.here.get(role, "") for role in merged.writes}
    page.agreed = Agreed({**now, **kept}, there, [*merged.writes]).kept(page)
    page.remote_edited_at = remote.edited_at
    return merged


def adopt(remote: Page, columns: Columns) -> tuple[ReplyTemplate | None, str]:
    """Make a template of a page that is not known yet; returns it, and what is wrong, if so."""
    there = {role: columns.text(remote, role) for role in ROLES}
    title = there["title"] or there["category"] or remote.url
    category = category_named(there["category"])
    if category is None:
        return None, _about(title, _unknown_category(there["category"]))
    if not there["body"]:
        return None, _about(title, _("the reply is empty."))
    language = _language(there["language"])
    if language is None:
        return None, _about(title, _unknown_language(there["language"]))
    with transaction.atomic():
        template = _twin(category, language, there["body"]) or _make(category, language, there)
        page = NotionPage(base=NotionBase.REPLIES, page_id=remote.id, template=template)
        page.status, page.queued_at = NotionPage.Status.IN_STEP, None
        page.agreed = Agreed(values(template), there).kept(page)
        page.remote_edited_at, page.changed_at = remote.edited_at, template.updated_at
        page.seen_at = timezone.now()
        page.save()
    return template, _odd_names(template)


def _about(title: str, problem: str) -> str:
    return _("%(title)s: %(value)s") % {"title": title, "value": problem}


def _odd_names(template: ReplyTemplate) -> str:
    """What stands in braces and is no placeholder: the text is kept as it is all the same."""
    unknown = placeholders.unknown_in(template.body)
    if not unknown:
        return ""
    told = _("%(template)s: %(names)s is no placeholder: drafts from it will say so.")
    return told % {"template": template.name, "names": ", ".join(unknown)}


def category_named(name: str) -> Category | None:
    """The category of that name, whatever its case and accents."""
    if not name:
        return None
    return next((one for one in Category.objects.all() if same_words(one.name, name)), None)


def hold(page: NotionPage) -> None:
    """Lock the template that the page stands for, if any: before the page, as in comparing them."""
    if page.template_id is not None:
        ReplyTemplate.objects.select_for_update(no_key=True).filter(pk=page.template_id).first()


def switch_off(page: NotionPage) -> None:
    """The page was removed in Notion: its template is not used any more, but stays."""
    _set_active(page, is_active=False)


def switch_on(page: NotionPage) -> None:
    """The page is there again."""
    _set_active(page, is_active=True)


def _set_active(page: NotionPage, *, is_active: bool) -> None:
    if page.template is not None:
        page.template.is_active = is_active
        page.template.save(update_fields=["is_active", "updated_at"])


def mark_changed() -> int:
    """Have the pages of templates that were edited here written; returns how many."""
    changed = 0
    rows = NotionPage.objects.filter(
        status=NotionPage.Status.IN_STEP, template__isnull=False
    ).select_related("template__category")
    for page in rows:
        if page.template and values(page.template) != page.agreed.get("here"):
            changed += NotionPage.objects.filter(
                pk=page.pk, status=NotionPage.Status.IN_STEP
            ).update(
                status=NotionPage.Status.WAITING,
                attempts=0,
                next_attempt_at=timezone.now(),
                changed_at=page.template.updated_at,
            )
    return changed


def offer() -> int:
    """Have the active templates that are only here written to Notion; returns how many."""
    rows = ReplyTemplate.objects.filter(is_active=True, notion_page=None)
    pages = [
        NotionPage(base=NotionBase.REPLIES, template=one, changed_at=one.updated_at, queued_at=None)
        for one in rows
    ]
    NotionPage.objects.bulk_create(pages, ignore_conflicts=True)
    return len(pages)


def _is_same(role: str, first: str, second: str) -> bool:
    if role == "category":
        return same_words(first, second)
    if role == "language":
        return _language(first) == _language(second)
    return same(first, second)


def _language(name: str) -> str | None:
    """The language of that name; French where none is given, nothing where it is not known."""
    if not name:
        return Language.FRENCH
    for language, names in _LANGUAGES.items():
        if any(same_name(name, one) for one in names):
            return language
    return None


def _take(template: ReplyTemplate, role: str, value: str) -> str:
    if role == "category":
        category = category_named(value)
        if category is None:
            return _unknown_category(value)
        template.category = category
    elif role == "language":
        language = _language(value)
        if language is None:
            return _unknown_language(value)
        template.language = language
    elif not value:
        return _("the reply is empty in Notion.") if role == "body" else ""
    elif role == "title":
        template.name = value[:_MOST_NAME]
    else:
        template.body = value
        # Of another text nobody has said so.
        template.settles = False
    return ""


def _save(template: ReplyTemplate) -> None:
    template.name = _free_name(template.category, template.language, template.name, template.pk)
    template.save(update_fields=["category", "language", "name", "body", "settles", "updated_at"])


def _keep(template: ReplyTemplate, body: str, where: str) -> None:
    """Keep the text that lost beside the template, switched off."""
    moment = timezone.localtime().strftime("%d/%m/%Y %H:%M")
    name = _("%(name)s (text from %(where)s until %(moment)s)") % {
        "name": template.name[:60],
        "where": where,
        "moment": moment,
    }
    ReplyTemplate.objects.create(
        category=template.category,
        language=template.language,
        name=_free_name(template.category, template.language, name),
        tone=template.tone,
        body=body,
        position=template.position,
        is_active=False,
    )


def _twin(category: Category, language: str, body: str) -> ReplyTemplate | None:
    """A template of ours that says the same already."""
    rows = ReplyTemplate.objects.filter(category=category, language=language, notion_page=None)
    return next((one for one in rows if same(one.body, body)), None)


def _make(category: Category, language: str, there: dict[str, str]) -> ReplyTemplate:
    rows = ReplyTemplate.objects.filter(category=category, language=language)
    ours = rows.filter(notion_page=None)
    if ours.filter(position=0).exists():
        # What the shop wrote in Notion is drafted before what came with the installation.
        ours.update(position=F("position") + 1)
    return ReplyTemplate.objects.create(
        category=category,
        language=language,
        name=_free_name(category, language, there["title"] or category.name),
        body=there["body"],
    )


def _free_name(category: Category, language: str, name: str, own: int | None = None) -> str:
    rows = ReplyTemplate.objects.filter(category=category, language=language)
    taken = set((rows.exclude(pk=own) if own else rows).values_list("name", flat=True))
    wanted, number = name[:_MOST_NAME], 1
    while wanted in taken:
        number += 1
        wanted = f"{name[: _MOST_NAME - 6]} ({number})"
    return wanted


def _unknown_category(name: str) -> str:
    if not name:
        return _("no category is chosen.")
    return _(
        "there is no category “%(name)s” here: choose another one in Notion, or add it under"
        " Support, Categories."
    ) % {"name": name}


def _unknown_language(name: str) -> str:
    return _("“%(name)s” is not one of our languages: write fr, en, es, ar or ar-Latn.") % {
        "name": name
    }
