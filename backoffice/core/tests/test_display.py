from __future__ import annotations

import pytest
from unfold.utils import display_for_label

from backoffice.core.admin import display


@pytest.mark.parametrize(("state", "colour"), [("failed", "text-red-700"), ("never", "")])
def test_a_label_shows_its_words_with_and_without_a_colour(state: str, colour: str):
    @display(label={"failed": "danger"})
    def column(_row: object) -> tuple[str, str]:
        return state, "en français"

    shown = display_for_label(column(None), "-", column.label)  # type: ignore[attr-defined]

    assert ("en français" in shown, colour in shown, "never" in shown) == (True, True, False)
