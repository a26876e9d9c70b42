"""The evaluation as a table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Metric, heading, and whether it is a share (told in percent).
COLUMNS = (
    ("hit_rate", "hit rate %", True),
    ("recall", "recall %", True),
    ("ndcg", "NDCG %", True),
    ("coverage", "coverage %", True),
    ("diversity", "diversity %", True),
    ("novelty", "novelty bits", False),
)
TITLES = {"repeat": "TO BUY AGAIN (repeat)", "new": "TO DISCOVER (new)"}
_NAME, _CELL = 16, 20


def lines(table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the table: what was measured on, then each question."""
    data, held, source = table["data"], table["held_out"], table.get("source") or {}
    if source.get("file"):
        yield (
            f"{source['file']}: {source['rows']} rows, {source['anonymous']} without a customer"
            f" left out, {source['returned']} returns taken off"
        )
    yield (
        f"{data['lines']} lines, {data['customers']} customers, {data['products']} products,"
        f" {data['baskets']} baskets, {data['first']} to {data['last']}"
    )
    how = "each customer's last day" if table["split"] == "last" else f"from {table['cutoff']} on"
    yield (
        f"held out: {how}; measured on {held['measured']} of {held['customers']} customers"
        f" (seed {table['seed']}); lists of {table['k']}; [95 % intervals]"
    )
    for question, found in table["questions"].items():
        yield ""
        yield from _question(question, found)
    yield ""
    yield from _confidence(table["confidence"])


def _question(question: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{TITLES[question]}: {found['customers']} customers"
    if not found["algorithms"]:
        yield "nothing to measure"
        return
    yield "".ljust(_NAME) + "".join(heading.rjust(_CELL) for _m, heading, _s in COLUMNS)
    for name, figures in found["algorithms"].items():
        mark = "*" if name == found["winner"] else " "
        cells = (_cell(figures[metric], is_share=share) for metric, _h, share in COLUMNS)
        yield f"{mark}{name}".ljust(_NAME) + "".join(cell.rjust(_CELL) for cell in cells)
    for name, figures in found["algorithms"].items():
        for other, differences in figures["against"].items():
            yield f"  {name} against {other}: NDCG {_difference(differences['ndcg'])}"
    yield f"winner: {found['winner']}{_why(found)}"


def _why(found: Mapping[str, Any]) -> str:
    """How sure it is that the winner is better than the simple algorithms."""
    winner, best = found["winner"], found["best"]
    told = [] if best in {"", winner} else [f"as good as {best}, and simpler"]
    for other, differences in found["algorithms"][winner]["against"].items():
        is_sure = (differences["ndcg"]["low"] or 0) > 0
        told.append(f"{'surely' if is_sure else 'not surely'} better than {other}")
    return f" ({'; '.join(told)})" if told else ""


def _confidence(found: Mapping[str, Any]) -> Iterator[str]:
    any_ = found["any"]
    how = {"logistic": "a curve", "base_rate": "too few for a curve, one rate for all"}
    yield (
        f"CONFIDENCE (at least one product bought): learnt from {found['learnt_from']} customers"
        f" ({how[any_['method']]}), tried on {found['tried_on']} others"
    )
    if not any_["cases"]:
        return
    yield f"told {100 * any_['told']:.1f} %, bought {100 * any_['rate']:.1f} %"
    for when in ("before", "after"):
        errors = any_[when]
        yield (
            f"  {when} calibration: Brier {errors['brier']:.4f},"
            f" expected calibration error {errors['ece']:.4f}"
        )


def _cell(figure: Mapping[str, float | None], *, is_share: bool) -> str:
    if figure["value"] is None:
        return "-"
    times = 100 if is_share else 1
    value, low, high = (times * (figure[key] or 0.0) for key in ("value", "low", "high"))
    return f"{value:.1f} [{low:.1f} {high:.1f}]"


def _difference(figure: Mapping[str, float | None]) -> str:
    value, low, high = (100 * (figure[key] or 0.0) for key in ("value", "low", "high"))
    verdict = "wins" if low > 0 else "loses" if high < 0 else "no sure difference"
    return f"{value:+.1f} [{low:+.1f} {high:+.1f}] {verdict}"
