"""Sentences of a report: the lead that answers a section's question, and quiet notes."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

__all__ = ["Lead", "Note"]


@dataclass(frozen=True)
class Lead:
    """The answer to a section's question, in one or two sentences."""

    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": self.text, "text/html": f'<p class="lead">{html.escape(self.text)}</p>'}


@dataclass(frozen=True)
class Note:
    """A remark on how to read what stands above it."""

    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": self.text, "text/html": f'<p class="note">{html.escape(self.text)}</p>'}
