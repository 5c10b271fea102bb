"""The first output of a live notebook: which client is open, and the dress its results wear outside a report."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from adoption_lib.engagement import Engagement
from adoption_lib.method import METHOD

__all__ = ["Opened", "opened"]

_STYLE = """<style>
.finding { border: 1px solid #d5dadd; border-left: 5px solid #55616a; border-radius: 4px; padding: 8px 16px;
  margin: 12px 0; max-width: 760px; }
.finding p { margin: 0; }
.finding.gap-deployment { border-left-color: #8f4700; }
.finding.gap-trust { border-left-color: #8c2a69; }
.finding.gap-both { border-left-color: #332288; }
.finding.cannot_tell, .finding.not_collected { border-style: dashed; }
.finding .badge, figcaption .subtitle, p.stamp, p.note { font-size: 0.88em; opacity: 0.75; }
.finding .statement, figcaption .title { font-weight: 600; }
.finding dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 6px 0 0; }
.finding dt { font-weight: 400; opacity: 0.75; } .finding dd { margin: 0; }
p.lead { font-size: 1.15em; max-width: 760px; }
figure.picture { margin: 16px 0; } figcaption .title, figcaption .subtitle { display: block; max-width: 700px; }
figure.picture img { max-width: 720px; background: #fff; }
.table-scroll { overflow-x: auto; } .table-scroll table { font-variant-numeric: tabular-nums; }
.table-scroll caption { text-align: left; font-weight: 600; white-space: nowrap; }
.table-scroll th, .table-scroll td { text-align: left !important; vertical-align: top; }
.table-scroll .number { text-align: right !important; }
</style>"""


@dataclass(frozen=True)
class Opened:
    """A sentence that says which engagement is open."""

    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": self.text, "text/html": f"{_STYLE}<p>{html.escape(self.text)}</p>"}


def opened(client: Engagement) -> Opened:
    """Say which client is open, how many tables were collected and how the input was read.

    Parameters
    ----------
    client : Engagement
        The engagement that the notebook works on.
    """
    tables = [name for name in METHOD.tables if name != "survey_items"]
    key = "live.opened_notes" if client.notes else "live.opened"
    collected = sum(client.has(name) for name in tables)
    text = METHOD.say(
        key, client=client.settings.client, count=collected, of=len(tables), stamp=client.stamp, notes=len(client.notes)
    )
    return Opened(text)
