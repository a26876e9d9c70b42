from __future__ import annotations

import pytest

from backoffice.core.text import fold, folded, same_words, word_set, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("POIGNÉES Torsadées", "poignees torsadees"),
        ("٥٠٠٠ كيسٌ، أكياس ورقية", "5000 كيس, اكياس ورقيه"),
        ("5\u202f000\u00a0DH", "5 000 dh"),
        ("22×12 – l’hôtel « Œuf »", '22x12 - l\'hotel " oeuf "'),
        ("1️⃣ sacs", "• sacs"),
    ],
)
def test_one_form_for_what_people_type(text: str, plain: str):
    assert folded(text) == plain


def test_positions_lead_back_to_the_original():
    original = "Œufs : ٥٠٠٠ كيسٌ e\u0301t\u0301e"
    result = fold(original)

    start = result.text.index("5000")
    assert result.source_text(start, start + 4) == "٥٠٠٠"
    start = result.text.index("كيس")
    assert result.source_text(start, start + 3) == "كيسٌ"
    assert result.position(original.index("٥")) == result.text.index("5000")
    assert fold("").source(0, 0) == (0, 0)


def test_comparing_words():
    assert words("L'Épicerie, n° 3") == ["l", "epicerie", "n", "3"]
    assert same_words("Kraft-Atlas  Emballage", "KRAFT ATLAS EMBALLAGE")
    assert word_set("a b a") == {"a", "b"}
