"""A picture in a report: titled by its finding, described for those who cannot see it, numbers beside it."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

from adoption_lib.method import METHOD
from adoption_lib.views.data_table import plain_table, table_html
from adoption_lib.views.style import RC

__all__ = ["Picture", "new_figure"]

_WIDTHS = {"text": 7.2, "wide": 9.2}


def new_figure(
    height: float,
    rows: int = 1,
    columns: int = 1,
    width: Literal["text", "wide"] = "text",
    *,
    sharex: bool = False,
    sharey: bool = False,
) -> tuple[Figure, Any]:
    """Start a figure in the house style.

    Parameters
    ----------
    height : float
        Height in inches.
    rows, columns : int
        Grid of axes.
    width : {"text", "wide"}
        As wide as the text, or wider.

    Returns
    -------
    figure : Figure
        Without pyplot, so nothing is kept alive after it was drawn.
    axes : Axes or ndarray of Axes
        One Axes for a 1 x 1 grid, otherwise an array of shape (rows, columns) without unit dimensions.
    """
    with mpl.rc_context(RC):
        figure = Figure(figsize=(_WIDTHS[width], height), layout="constrained")
        FigureCanvasSVG(figure)
        axes: Axes | np.ndarray[Any, Any] = figure.subplots(rows, columns, sharex=sharex, sharey=sharey)
    return figure, axes


@dataclass(frozen=True)
class Picture:
    """A finished picture.

    Parameters
    ----------
    figure : Figure
        Drawn with :func:`new_figure`.
    title : str
        The finding, as a sentence.
    subtitle : str
        What is shown, n and interval.
    alt : str
        Kind of chart, axes, what it shows.
    data : DataFrame
        The numbers behind the picture, display-ready.
    stamp : str
        Method version and data hash.
    withheld : int
        Number of cells not shown because too few people stand behind them.
    """

    figure: Figure
    title: str
    subtitle: str
    alt: str
    data: pd.DataFrame
    stamp: str
    withheld: int = 0

    def svg(self) -> bytes:
        """The picture as SVG; the same figure always gives the same bytes."""
        # Names are a client's own: a dollar sign in one is no formula.
        for text_object in self.figure.findobj(Text):
            text_object.set_parse_math(False)
        buffer = io.BytesIO()
        with mpl.rc_context(RC):
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
            # Solved once and kept: a layout that is solved again at every drawing settles a little differently.
            self.figure.set_layout_engine("none")
        text = buffer.getvalue().decode("utf-8")
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = re.sub(r"<!DOCTYPE.*?>|<!--.*?-->", "", text, flags=re.DOTALL)
        return re.sub(r">\s+<", "><", text).encode("utf-8")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        def text(value: str) -> str:
            return html.escape(value)

        image = base64.b64encode(self.svg()).decode("ascii")
        width, height = (round(96 * inches) for inches in self.figure.get_size_inches())
        kind = "wide" if width > 96 * _WIDTHS["text"] + 1 else "text"
        withheld = METHOD.say("picture.withheld", count=self.withheld) if self.withheld else ""
        numbers = METHOD.say("picture.data")
        markup = (
            f'<figure class="picture {kind}"><figcaption><span class="title">{text(self.title)}</span>'
            f'<span class="subtitle">{text(self.subtitle)}</span></figcaption>'
            f'<div class="picture-scroll" role="region" tabindex="0" aria-label="{text(self.title)}">'
            f'<img width="{width}" height="{height}" alt="{text(self.alt)}" '
            f'src="data:image/svg+xml;base64,{image}"></div>'
            f'<p class="stamp">{text(" · ".join(part for part in (withheld, self.stamp) if part))}</p>'
            f"<details><summary>{text(numbers)}</summary>"
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{text(numbers)}: {text(self.title)}">'
            f"{table_html(self.data)}</div></details></figure>"
        )
        plain = "\n".join((self.title, self.subtitle, self.alt, plain_table(self.data)))
        return {"text/html": markup, "text/plain": plain}
