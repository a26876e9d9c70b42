"""Scores as the REST API gives them: one client, or a hundred thousand at once.

A batch is scored as columns and written as one text: nothing is done client by client but what
must be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from scoring import advice
from scoring.api import batches
from scoring.api.batches import ID
from scoring.engine import clients, features, reasons, scale
from scoring.engine.problems import InvalidClients, Problem
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from scoring.api.batches import Batch

_HEAD: Final = b'{"customer_id":'
# Clients explained at a time.
_PART: Final = 10_000


def of_one(client: object, *, explain: bool = False) -> dict[str, Any]:
    """Return the answer for one client.

    Raises:
        InvalidClients: figures are missing or wrong; ``problems`` has every one.
        NoModel: there is no model.

    """
    if not isinstance(client, dict):
        raise InvalidClients([Problem(0, "", client, "not_an_object")])
    identifier = batches.identifier(client)
    code = batches.fault(identifier)
    wrong_id = [Problem(0, ID, identifier, code)] if code else []
    try:
        checked = clients.read_one([client.get(name) for name in clients.NAMES])
    except InvalidClients as error:
        raise InvalidClients([*wrong_id, *error.problems]) from error
    if wrong_id:
        raise InvalidClients(wrong_id)
    answer = _answer(identifier, active.model().score_of_one(checked))
    if explain:
        answer |= _explanations(features.of_one(checked)[None, :])[0]
    return answer


def of_batch(batch: Batch, *, explain: bool = False) -> dict[str, Any]:
    """Return the answers for clients without a fault, in their order, and counts over them.

    Raises:
        NoModel: there is no model.

    """
    looked_at = features.of_clients(batch.rows)
    scores = active.model().scores(looked_at) if batch.ids else np.empty(0, dtype=np.int64)
    listed = scores.tolist()
    results = _explained(batch.ids, listed, looked_at) if explain else _written(batch.ids, listed)
    return {"results": results, "statistics": _statistics(scores)}


def written(answer: Mapping[str, Any]) -> bytes:
    """Return an answer as JSON."""
    return orjson.dumps(answer)


def _answer(customer_id: object, score: int) -> dict[str, Any]:
    segment = scale.segment(score)
    return {
        ID: customer_id,
        "score": score,
        "segment": segment,
        "recommendation": advice.of_segment(segment),
    }


def _written(ids: Sequence[Any], scores: Sequence[int]) -> orjson.Fragment:
    """Return the answers as JSON: what follows an identifier is one of 101 texts."""
    if not ids:
        return orjson.Fragment(b"[]")
    tails = [
        orjson.dumps(_answer(0, score)).removeprefix(_HEAD + b"0") + b"," + _HEAD
        for score in range(101)
    ]
    are_numbers = {int}.issuperset(map(type, ids))
    parts = [b""] * (2 * len(ids))
    parts[::2] = orjson.dumps(ids)[1:-1].split(b",") if are_numbers else map(orjson.dumps, ids)
    parts[1::2] = map(tails.__getitem__, scores)
    parts[0] = b"[" + _HEAD + parts[0]
    parts[-1] = parts[-1].removesuffix(b"," + _HEAD) + b"]"
    return orjson.Fragment(b"".join(parts))


def _explained(
    ids: Sequence[Any], scores: Sequence[int], looked_at: NDArray[np.float32]
) -> orjson.Fragment:
    """Return the answers with reasons as JSON, written part by part: each is 2 KB of objects."""
    parts = []
    for start in range(0, len(ids), _PART):
        part = slice(start, start + _PART)
        explanations = _explanations(looked_at[part])
        rows = [
            _answer(customer_id, score) | explanation
            for customer_id, score, explanation in zip(
                ids[part], scores[part], explanations, strict=True
            )
        ]
        parts.append(orjson.dumps(rows)[1:-1])
    return orjson.Fragment(b"[" + b",".join(parts) + b"]")


def _explanations(looked_at: NDArray[np.float32]) -> list[dict[str, Any]]:
    explained = active.model().explain(looked_at)
    return [
        {
            "base": one.base,
            "exact_score": one.exact,
            "contributions": dict(one.contributions),
            "reasons": reasons.in_words(one, row),
        }
        for one, row in zip(explained, looked_at.tolist(), strict=True)
    ]


def _statistics(scores: NDArray[np.int64]) -> dict[str, Any]:
    hot = int((scores >= scale.HOT_FROM).sum())
    cold = int((scores < scale.WARM_FROM).sum())
    return {
        "total_clients": len(scores),
        "hot_leads": hot,
        "warm_leads": len(scores) - hot - cold,
        "cold_leads": cold,
        "average_score": round(int(scores.sum()) / len(scores), 2) if len(scores) else 0.0,
    }
