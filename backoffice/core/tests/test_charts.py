from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import translation

from backoffice.core import charts
from backoffice.core.charts import Chart, Series

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def chart(*values: charts.Value, **options: bool | str) -> Chart:
    series = Series("Orders", values)
    labels = tuple(f"day {number}" for number, _value in enumerate(values, start=1))
    return Chart("c", "Title", "day", labels, (series,), **options)  # type: ignore[arg-type]


def test_the_table_has_the_numbers_that_are_drawn():
    drawn = chart(1234, 0.5, None, 2.999, 0.0023, unit="MAD")

    assert drawn.headings == ("day", "Orders")
    assert drawn.rows == [
        ("day 1", "1,234 MAD"),
        ("day 2", "0.50 MAD"),
        ("day 3", "–"),
        ("day 4", "3.00 MAD"),
        ("day 5", "0.0023 MAD"),
    ]
    assert drawn.payload["series"][0]["values"] == (1234, 0.5, None, 2.999, 0.0023)


def test_shares_and_ranges_are_said_in_percent():
    drawn = chart(0.566, (0.2, 0.995), is_share=True)

    assert [row[1] for row in drawn.rows] == ["56.6 %", "20 % to 99.5 %"]


def test_zeros_are_nothing_to_draw():
    assert [chart(0, None).is_empty, chart().is_empty, chart(0, 1).is_empty] == [True, True, False]


@pytest.mark.django_db
def test_home_shows_charts_in_order_to_those_who_may_see_them(monkeypatch: pytest.MonkeyPatch):
    def later() -> list[Chart]:
        return [chart(1)]

    def sooner() -> list[Chart]:
        return [chart(2), chart(3)]

    monkeypatch.setattr(charts, "_entries", {})
    charts.register(later, permission="auth.view_group", order=20)
    charts.register(sooner, permission="auth.view_user", order=10)
    user = User.objects.create_user("salma")
    user.user_permissions.add(Permission.objects.get(codename="view_user"))

    seen = [found.series[0].values for found in charts.for_user(user)]
    boss = User.objects.create_superuser("boss")
    all_of_them = [found.series[0].values for found in charts.for_user(boss)]

    assert (seen, all_of_them) == ([(2,), (3,)], [(2,), (3,), (1,)])
