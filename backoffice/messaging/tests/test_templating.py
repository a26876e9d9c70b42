from __future__ import annotations

import pytest

from backoffice.core.errors import DomainError
from backoffice.messaging import seed_templates, templating

VALUES = {"name": "Salma", "total": "", "lines": "- a\n- b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour {name}", "Bonjour Salma"),
        ("Bonjour {name},\nTotal : {total}\nMerci", "Bonjour Salma,\nMerci"),
        ("{name} : {total}.", "Salma : ."),
        ("Bonjour\n\n{total}\n\nMerci", "Bonjour\n\nMerci"),
        ("{lines}\r\n--", "- a\n- b\n--"),
        ("{ und } {}", None),
        ("50 % } {", "50 % } {"),
        ("", ""),
    ],
)
def test_fills_the_placeholders(text: str, expected: str | None):
    if expected is None:
        with pytest.raises(DomainError):
            templating.render(text, VALUES)
    else:
        assert templating.render(text, VALUES) == expected


def test_a_value_is_never_read_as_a_template():
    rendered = templating.render("{name} {lines}", {"name": "{secret}", "lines": "{name}"})

    assert rendered == "{secret} {name}"


@pytest.mark.parametrize(
    "text", ["{name.__class__}", "{name[0]}", "{name!r}", "{name:>99999999}", "{0}", "{missing}"]
)
def test_only_bare_known_names_are_placeholders(text: str):
    with pytest.raises(DomainError) as caught:
        templating.render(text, VALUES)

    assert (caught.value.code, caught.value.field) == ("missing_placeholder", text.strip("{}"))


def test_the_check_names_the_unknown_placeholder_and_the_known_ones():
    with pytest.raises(DomainError) as caught:
        templating.check("Bonjour {nom}", ["name", "total"])

    assert caught.value.value == "{nom}"
    assert "{name}, {total}" in str(caught.value)
    templating.check("Bonjour {name}", ["name", "total"])


def test_variables_of_a_content_template_follow_the_text_and_stand_on_one_line():
    variables = templating.content_variables("{lines} {name} {lines} {total}", VALUES)

    assert variables == {"1": "- a; - b", "2": "Salma", "3": "-"}


def test_a_long_list_is_cut_at_a_line_to_fit():
    values = {"name": "Salma", "lines": "\n".join(f"- sachet {n:03d}" for n in range(200))}

    fitted = templating.fit("{name}\n{lines}\nMerci", values, 200)

    text = templating.render("{name}\n{lines}\nMerci", fitted)
    assert len(text) <= 200
    assert text.splitlines()[:2] == ["Salma", "- sachet 000"]
    assert text.splitlines()[-2:] == ["… (+187)", "Merci"]


def test_what_fits_stays_as_it_is():
    assert templating.fit("{name}\n{lines}", VALUES, 100) == VALUES


@pytest.mark.parametrize("words", seed_templates.TEXTS, ids=lambda words: words[0] + words[1])
def test_the_seed_texts_know_their_placeholders(words: seed_templates.Words):
    for text in (words.subject, words.body):
        templating.check(text, seed_templates.PLACEHOLDERS)
    everything_empty = dict.fromkeys(seed_templates.PLACEHOLDERS, "")

    assert templating.render(words.body, seed_templates.SAMPLE).count("CMD-2026-00042") == 1
    assert "{" not in templating.render(words.body, everything_empty)


def test_occasions_are_registered_for_the_admin():
    found = templating.occasion("order_validated")

    assert found is not None
    assert set(found.placeholders) == set(found.sample)
    assert found in templating.occasions()
