"""The same figures by loops over plain Python values: slow, and written apart."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Customer, product, day.
Line = tuple[int, int, int]


def last_baskets(lines: Sequence[Line]) -> dict[int, tuple[set[int], set[int]]]:
    """Of each customer with two days or more: what they had bought, and what they then bought."""
    days: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for customer, product, day in lines:
        days[customer][day].add(product)
    found = {}
    for customer, by_day in days.items():
        if len(by_day) > 1:
            last = max(by_day)
            before = set().union(*(by_day[day] for day in by_day if day != last))
            found[customer] = (before, by_day[last])
    return found


def figures(proposed: Mapping[int, Sequence[int]], bought: Mapping[int, set[int]], k: int):
    """Means over the customers who bought something of the question."""
    sums: dict[str, float] = defaultdict(float)
    for customer, targets in bought.items():
        places = [place for place, p in enumerate(proposed[customer][:k]) if p in targets]
        gain = sum(1 / math.log2(place + 2) for place in places)
        most = sum(1 / math.log2(place + 2) for place in range(min(k, len(targets))))
        sums["ndcg"] += gain / most
        sums["recall"] += len(places) / len(targets)
        sums["hit_rate"] += bool(places)
        sums["precision"] += len(places) / k
    return {name: value / len(bought) for name, value in sums.items()}


def novelty(proposed: Mapping[int, Sequence[int]], lines: Sequence[Line]) -> float:
    """Mean over the lists of the mean surprise of their products."""
    owners: dict[int, set[int]] = defaultdict(set)
    customers = set()
    for customer, product, _day in lines:
        owners[product].add(customer)
        customers.add(customer)
    means = [
        sum(-math.log2(max(1, len(owners[p])) / len(customers)) for p in one) / len(one)
        for one in proposed.values()
        if one
    ]
    return sum(means) / len(means)


def diversity(proposed: Mapping[int, Sequence[int]], lines: Sequence[Line]) -> float:
    """Mean over the lists of 1 - cosine of who bought the two, over all pairs."""
    owners: dict[int, set[int]] = defaultdict(set)
    for customer, product, _day in lines:
        owners[product].add(customer)
    means = []
    for one in proposed.values():
        pairs = [(a, b) for place, a in enumerate(one) for b in one[place + 1 :]]
        if not pairs:
            continue
        unlike = [
            1
            - len(owners[a] & owners[b])
            / math.sqrt(max(1, len(owners[a])) * max(1, len(owners[b])))
            for a, b in pairs
        ]
        means.append(sum(unlike) / len(unlike))
    return sum(means) / len(means)
