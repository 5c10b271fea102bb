"""Results to figures, tables and sentences. Nothing is computed here."""

from adoption_lib.views import (
    basis,
    capability,
    causes,
    commitment,
    concerns,
    decision_rights,
    gaps,
    governance,
    path,
    rollout,
    transition,
    two_pictures,
)
from adoption_lib.views.live import opened
from adoption_lib.views.show import parts, show

__all__ = [
    "basis",
    "capability",
    "causes",
    "commitment",
    "concerns",
    "decision_rights",
    "gaps",
    "governance",
    "opened",
    "parts",
    "path",
    "rollout",
    "show",
    "transition",
    "two_pictures",
]
