"""HTML mail as text that reads like the plain part would have."""

from __future__ import annotations

import pytest

from backoffice.messaging.documents.html import to_text
from backoffice.messaging.documents.replies import split


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("<div>Un</div><div>Deux<br>Trois</div>", "Un\nDeux\nTrois"),
        ("Un<br/><br/><br/>Deux", "Un\n\nDeux"),
        ("<ul><li>500 sachets</li><li>200 <b>sacs</b></li></ul>", "500 sachets\n200 sacs"),
        ("5&nbsp;000&#8239;sacs &amp; 2 &lt;", "5 000 sacs & 2 <"),
        ("<style>p{}</style><script>x()</script><title>t</title><p>Un</p><!-- c -->", "Un"),
        ('<div style="display:none">caché</div><p>Un<span hidden>x</span></p>', "Un"),
        ('<p style="font-size:0px">pré-en-tête</p>Un', "Un"),
        ('Voir <a href="https://x.example">le bon</a>', "Voir le bon"),
        ("<pre>a  b\nc</pre>", "a b\nc"),
        ('<p class="MsoNormal">Un</p><p class="MsoNormal">Deux</p>', "Un\nDeux"),
        (
            "<p class=MsoNormal>Un</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Deux</p>",
            "Un\n\nDeux"),
        ("<blockquote>cité<br>encore</blockquote>à moi", "> cité\n> encore\nà moi"),
        ('<blockquote style="margin:0 0 0 40px;border:none">à moi</blockquote>', "à moi"),
        ("", ""),
        ("texte sans balise", "texte sans balise"),
        ("<<<>>><p", "<<<>>>"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body>é</body></html>', "é"),
    ],
)  # fmt: skip
def test_text(source: str, text: str):
    assert to_text(source).text == text


def test_a_table_of_data_is_one_line_per_row():
    source = """<table><thead><tr><th>Article</th><th>Qté</th></tr></thead>
      <tr><td>Sachet<br>fond plat</td><td>5&nbsp;000</td></tr>
      <tr><td><p>Sac | carré</p></td><td></td><td>3,50</td></tr></table>"""
    found = to_text(source)
    assert found.text == "Article | Qté\nSachet fond plat | 5 000\nSac / carré |  | 3,50"
    assert found.has_table is True


def test_a_table_for_the_layout_is_no_table_of_data():
    source = "<table><tr><td><table><tr><td>Un</td><td>Deux</td></tr></table></td></tr></table>"
    assert to_text(source).text == "Un | Deux"
    source = f"<table><tr><td>{'mot ' * 200}</td><td>Deux</td></tr></table>"
    assert " | " not in to_text(source).text


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote"><div class="gmail_attr">10. huhtikuuta:</div>5 000</div>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Lähettäjä:</b> S</div>5 000',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt">Od: S</div>5 000',
        '<div class="yahoo_quoted">5 000 sacs</div>',
        '<div class="moz-cite-prefix">x</div><blockquote type="cite">5 000</blockquote>',
        '<blockquote type="cite">5 000</blockquote>',
    ],
)  # fmt: skip
def test_earlier_messages_are_known_in_any_language(quoted: str):
    found = to_text(f"<div>Mettez 4 000.</div>{quoted}")
    parts = split(found.text, subject="RE: devis", marks=found.history)
    fresh = [found.text[span.start : span.end] for span in parts.fresh]
    assert fresh == ["Mettez 4 000."]


def test_nesting_without_end_is_survived():
    assert len(to_text("<div>" * 50_000 + "x").text) <= 1
    assert to_text("<blockquote>" * 200 + "x").text.endswith("x")


def test_a_large_page_is_cut():
    assert len(to_text("<p>mot</p>" * 500_000).text) < 2_000_000
