"""The few numbers to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure
from scoring.engine.scale import HOT
from scoring.figures import names, proof
from scoring.figures.score_sections import became_hot

if TYPE_CHECKING:
    from scoring.figures.report import Report


def key_figures(found: Report) -> tuple[KeyFigure, ...]:
    return (_customers(found), _hot(found), _became_hot(found), _beats(found), _drift(found))


def _customers(found: Report) -> KeyFigure:
    total = found.customers
    text = _("Nobody was scored yet.")
    if total:
        points = sum(score * customers for score, customers in found.scores.items())
        text = _("average score %(average)s") % {"average": words.fixed(points / total, 1)}
    return KeyFigure(_("Scored customers"), words.number(total), text, _leads("?queue=all"))


def _hot(found: Report) -> KeyFigure:
    hot = found.segments[HOT]
    share = words.share(hot / found.customers if found.customers else None, 1)
    text = _("%(share)s of all") % {"share": share}
    return KeyFigure(names.segment(HOT), words.number(hot), text, _leads("?queue=hot"))


def _became_hot(found: Report) -> KeyFigure:
    moved = became_hot(found)
    text = _("%(count)s in the period before") % {"count": words.number(moved.before)}
    return KeyFigure(_("Became hot"), words.number(moved.now), text, "#moves")


def _beats(found: Report) -> KeyFigure:
    """Of the longest horizon of which something is known."""
    title = _("Hot against Cold")
    known = [one for one in found.outcomes if one.latest and one.latest.counts]
    if not known:
        return KeyFigure(title, words.NONE, _("no outcomes yet"), "#proof")
    cohort = known[0].latest
    assert cohort is not None  # noqa: S101 - filtered above
    compared = proof.compared(cohort)
    value = words.NONE if compared.times is None else f"× {words.fixed(compared.times, 1)}"
    answers = {
        "sure": _("Hot surely buys more often"),
        "likely": _("more often, which may be chance"),
        "none": _("Hot does not buy more often"),
        "wrong": _("Cold surely buys more often"),
        "few": _("too few to tell"),
    }
    return KeyFigure(title, value, answers[compared.answer], "#proof")


def _drift(found: Report) -> KeyFigure:
    title = _("Features that drift")
    if found.drift is None or not found.drift.values:
        return KeyFigure(title, words.NONE, _("not measured yet"), "#drift")
    drifting = found.drift.drifting()
    text = _("customers are like those learned from")
    if drifting:
        text = ", ".join(map(names.feature, drifting))
    elif watched := len(found.drift.watched()):
        text = ngettext("%(count)s worth watching", "%(count)s worth watching", watched) % {
            "count": words.number(watched)
        }
    return KeyFigure(title, words.number(len(drifting)), text, "#drift")


def _leads(query: str) -> str:
    return tiles.list_link("scoring.leadscore", query)
