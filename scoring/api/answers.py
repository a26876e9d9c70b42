"""Scores as the REST API gives them: one client, or a hundred thousand at once.

What comes in is JSON already taken apart. A batch is checked and scored as columns: nothing is
done client by client but what must be, their identifiers and their answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring import advice
from scoring.engine import clients, features, reasons, scale
from scoring.engine.problems import InvalidClients, Problem
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

ID = "customer_id"
LARGEST_BATCH = 200_000
_LONGEST_ID = 200


def of_one(client: object, *, explain: bool = False) -> dict[str, Any]:
    """Return the answer for one client.

    Raises:
        InvalidClients: figures are missing or wrong; ``problems`` has every one.
        NoModel: there is no model.

    """
    if not isinstance(client, dict):
        raise InvalidClients([Problem(0, "", client, "not_an_object")])
    figures = [client.get(name) for name in clients.NAMES]
    wrong_id = [Problem(0, ID, client.get(ID), code)] if (code := _fault(client.get(ID))) else []
    try:
        checked = clients.read_one(figures)
    except InvalidClients as error:
        raise InvalidClients([*wrong_id, *error.problems]) from error
    if wrong_id:
        raise InvalidClients(wrong_id)
    model = active.model()
    score = model.score_of_one(checked)
    answer = _answer(client[ID], score)
    if explain:
        answer |= _explanations(features.of_one(checked)[None, :])[0]
    return answer


def of_batch(
    batch: object, *, partial: bool = False, explain: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the answers for a list of clients, and what was wrong with those left out.

    Nobody is left out unless ``partial``; answers come in the order asked.

    Raises:
        InvalidClients: clients are wrong, and not ``partial``; ``problems`` has every fault.
        DomainError: it is no list, or too long.
        NoModel: there is no model.

    """
    given = _listed(batch)
    rows, problems = _checked(given)
    if problems and not partial:
        raise InvalidClients(problems)
    bad = {one.index for one in problems}
    if bad:
        kept = [index for index in range(len(given)) if index not in bad]
        given, rows = [given[index] for index in kept], rows[kept]
    looked_at = features.of_clients(rows)
    scores = active.model().scores(looked_at).tolist() if given else []
    results = _answers(given, scores)
    if explain:
        for answer, explanation in zip(results, _explanations(looked_at), strict=True):
            answer.update(explanation)
    return {"results": results, "statistics": _statistics(scores)}, problems


def _listed(batch: object) -> list[Any]:
    given = batch.get("clients") if isinstance(batch, dict) else None
    if not isinstance(given, list):
        raise DomainError(
            _("Give the clients as a list under “clients”."), code="list", field="clients"
        )
    if len(given) > LARGEST_BATCH:
        raise DomainError(
            _("Give at most %(limit)d clients at a time; these are %(count)d.")
            % {"limit": LARGEST_BATCH, "count": len(given)},
            code="too_long",
            field="clients",
        )
    return given


def _checked(given: Sequence[Any]) -> tuple[NDArray[np.float64], list[Problem]]:
    problems: list[Problem] = []
    try:
        columns: dict[str, list[Any]] = {
            name: [client[name] for client in given] for name in clients.NAMES
        }
        ids = [client[ID] for client in given]
    except (KeyError, TypeError, IndexError):
        objects = [client if isinstance(client, dict) else {} for client in given]
        problems += [
            Problem(index, "", client, "not_an_object")
            for index, client in enumerate(given)
            if not isinstance(client, dict)
        ]
        columns = {name: [client.get(name) for client in objects] for name in clients.NAMES}
        ids = [client.get(ID) for client in objects]
    told = {one.index for one in problems}
    rows, wrong = clients.inspect(columns)
    problems += [one for one in [*_wrong_ids(ids), *wrong] if one.index not in told]
    return rows, sorted(problems, key=lambda one: one.index)


def _wrong_ids(ids: Sequence[Any]) -> list[Problem]:
    if set(map(type, ids)) <= {int} and len(set(ids)) == len(ids):
        return []
    found: list[Problem] = []
    seen: dict[object, int] = {}
    for index, value in enumerate(ids):
        if code := _fault(value):
            found.append(Problem(index, ID, value, code))
        elif seen.setdefault(value, index) != index:
            found.append(Problem(index, ID, value, "duplicate", seen[value] + 1))
    return found


def _fault(value: object) -> str:
    """What is wrong with an identifier: a whole number or a text, kept as it is."""
    if value is None or value == "":
        return "no_identifier"
    if isinstance(value, bool) or not isinstance(value, int | str):
        return "identifier"
    return "identifier" if isinstance(value, str) and len(value) > _LONGEST_ID else ""


def _answer(customer_id: object, score: int) -> dict[str, Any]:
    segment = scale.segment(score)
    return {
        ID: customer_id,
        "score": score,
        "segment": segment,
        "recommendation": advice.of_segment(segment),
    }


def _answers(given: Sequence[Mapping[str, Any]], scores: Sequence[int]) -> list[dict[str, Any]]:
    # Looked up once per segment, not once per client: a translation costs more than a score.
    words = {name: advice.of_segment(name) for name in advice.SENTENCES}
    segments = [scale.segment(score) for score in range(101)]
    return [
        {
            ID: client[ID],
            "score": score,
            "segment": (segment := segments[score]),
            "recommendation": words[segment],
        }
        for client, score in zip(given, scores, strict=True)
    ]


def _explanations(looked_at: NDArray[np.float32]) -> list[dict[str, Any]]:
    explained = active.model().explain(looked_at) if len(looked_at) else []
    return [
        {
            "base": one.base,
            "exact_score": one.exact,
            "contributions": dict(one.contributions),
            "reasons": reasons.in_words(one, row),
        }
        for one, row in zip(explained, looked_at.tolist(), strict=True)
    ]


def _statistics(scores: Sequence[int]) -> dict[str, Any]:
    hot = sum(score >= scale.HOT_FROM for score in scores)
    cold = sum(score < scale.WARM_FROM for score in scores)
    return {
        "total_clients": len(scores),
        "hot_leads": hot,
        "warm_leads": len(scores) - hot - cold,
        "cold_leads": cold,
        "average_score": round(sum(scores) / len(scores), 2) if scores else 0.0,
    }
