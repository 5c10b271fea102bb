"""A picture carries its title, description and numbers, always the same bytes, and nothing a client wrote runs."""

from __future__ import annotations

import base64
import re

import pandas as pd

from adoption_lib.views.data_table import DataTable
from adoption_lib.views.picture import Picture, new_figure
from adoption_lib.views.prose import Lead
from adoption_lib.views.style import level_colours

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'text'"


def picture(label: str = "Claims") -> Picture:
    figure, axes = new_figure(1.5)
    axes.barh([label, "Finance"], [0.4, 0.7])
    return Picture(
        figure,
        title=f"{label} leads",
        subtitle="share, n = 40",
        alt=f"Bar chart of {label}",
        data=pd.DataFrame({"Team": [label, "Finance"], "Share": ["40 %", None]}),
        stamp="method 1.0 · data 00000000",
        withheld=2,
    )


def html(displayable: object) -> str:
    return displayable._repr_mimebundle_()["text/html"]


def test_the_same_figure_gives_the_same_bytes():
    assert html(picture()) == html(picture())
    drawn = picture()
    assert drawn.svg() == drawn.svg()


def test_svg_holds_no_date_creator_or_reference():
    markup = html(picture())
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", markup).group(1)).decode()
    assert "<metadata>" not in svg
    assert "http://" not in svg.replace("http://www.w3.org/", "")
    assert "DOCTYPE" not in svg


def test_alt_text_numbers_and_withheld_cells_are_shown():
    markup = html(picture())
    assert 'alt="Bar chart of Claims"' in markup
    assert "<td" in markup
    assert "40 %" in markup
    assert "–" in markup
    assert "2 cells withheld" in markup


def test_a_dollar_sign_in_a_name_is_no_formula():
    for name in ("R&D $1 ^ 2_$ Desk", "$x^2$", "Cost $5", r"$\frac{1}{$"):
        figure, axes = new_figure(1.5)
        axes.barh([name, "Finance"], [0.4, 0.7])
        axes.text(0.1, 0, name)
        axes.set_xlabel(name)
        shown = Picture(figure, name, name, name, pd.DataFrame({"Team": [name]}), "method 1.0 · data 00000000")
        assert shown.svg().startswith(b"<?xml")


def test_nothing_a_client_wrote_is_markup():
    for displayable in (
        picture(HOSTILE),
        DataTable(pd.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE, HOSTILE),
        Lead(HOSTILE),
    ):
        markup = html(displayable)
        assert "<script" not in markup
        assert "&lt;script&gt;" in markup


def test_plain_output_holds_the_numbers_so_that_a_rerun_can_be_compared():
    plain = picture()._repr_mimebundle_()["text/plain"]
    assert "Team\tShare" in plain
    assert "Claims\t40 %" in plain


def test_level_colours_are_distinct_and_symmetric_in_number():
    for k in range(2, 12):
        colours = level_colours(k)
        assert len(colours) == k
        assert len(set(colours)) == k
