"""Does the person who sets priorities come from the department that does the work? (C5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from adoption_lib.analysis.finding import Finding
from adoption_lib.analysis.initiatives import counted, named_first, register, same_name
from adoption_lib.analysis.result import Result, evidence, not_collected
from adoption_lib.engagement import Engagement

__all__ = ["OwnerState", "ProductOwner", "owner_state", "product_owner"]

ELEMENT = "C5"
COLUMNS = ("initiative", "department", "stage", "running", "in_use", "state", "same_as_technical")
OwnerState = Literal["department", "ai_team", "elsewhere", "unit_not_recorded", "none", "not_recorded"]

_STRENGTH_IN_USE, _STRENGTH_EARLIER, _STRENGTH_FINE = 0.7, 0.45, 0.1


@dataclass(frozen=True)
class ProductOwner(Result):
    """Where the product owner of every initiative sits.

    Parameters
    ----------
    owners : DataFrame
        One row per initiative, furthest stage first: ``initiative``, ``department``, ``stage``, ``running``,
        ``in_use``, ``state`` (see :func:`owner_state`) and ``same_as_technical``: the owner is the technical sponsor,
        whatever unit is entered. No owner is named here: the question is where the role sits.
    running : int
        Initiatives that were not stopped.
    in_department : int
        Running initiatives whose owner comes from the department.
    """

    owners: pd.DataFrame
    running: int
    in_department: int


def owner_state(
    owner: object, unit: object, *, technical: object = None, own_unit: str = "", recorded: bool = True
) -> OwnerState:
    """Say where the product owner of one initiative sits.

    Parameters
    ----------
    owner, unit : str or missing
        Product owner and the unit the owner reports in.
    technical : str or missing
        Technical sponsor. An owner who is also the technical sponsor sits in the AI team in fact.
    own_unit : {"", "hr", "ai_team"}
        The unit that counts as the department because the initiative serves HR or the AI team itself.
    recorded : bool
        Whether the register uses the owner's column at all.
    """
    if pd.isna(owner):  # type: ignore[call-overload]
        # A unit without a name still says that somebody holds the role: unknown, not "none".
        unknown = not recorded or not pd.isna(unit)  # type: ignore[call-overload]
        return "not_recorded" if unknown else "none"
    if not pd.isna(unit) and unit == own_unit:  # type: ignore[call-overload]
        return "department"
    if same_name(owner, technical):
        return "ai_team"
    if pd.isna(unit):  # type: ignore[call-overload]
        return "unit_not_recorded"
    if unit == "department":
        return "department"
    return "ai_team" if unit == "ai_team" else "elsewhere"


def product_owner(client: Engagement) -> ProductOwner:
    """Find the initiatives without a product owner and those whose owner sits in the AI team in fact."""
    if not client.has("initiatives"):
        empty = pd.DataFrame(columns=list(COLUMNS))
        return ProductOwner(ELEMENT, (not_collected(client, ELEMENT, ("initiatives",)),), 0, client.stamp, empty, 0, 0)
    frame = register(client)
    recorded = bool(frame["product_owner"].notna().any() or frame["owner_unit"].notna().any())
    states = [
        owner_state(
            row.product_owner,
            row.owner_unit,
            technical=row.technical_sponsor,
            own_unit=_own_unit(client, str(row.department)),
            recorded=recorded,
        )
        for row in frame.itertuples()
    ]
    same = [same_name(row.product_owner, row.technical_sponsor) for row in frame.itertuples()]
    owners = pd.DataFrame(
        {
            "initiative": frame["name"].astype(str),
            "department": frame["department"].astype(str),
            "stage": frame["stage"].astype(str),
            "running": frame["running"],
            "in_use": frame["in_use"],
            "state": states,
            "same_as_technical": same,
        }
    )
    running = owners[owners["running"]]
    return ProductOwner(
        element=ELEMENT,
        findings=_findings(client, running),
        withheld=0,
        stamp=client.stamp,
        owners=owners,
        running=len(running),
        in_department=int((running["state"] == "department").sum()),
    )


def _own_unit(client: Engagement, department: str) -> str:
    """Return the unit that is the department itself: an initiative for HR is rightly owned in HR."""
    brand = client.settings.brand
    if same_name(department, brand.hr_name) or same_name(department, client.method.label("owner_unit", "hr")):
        return "hr"
    if same_name(department, brand.ai_name) or same_name(department, client.method.label("owner_unit", "ai_team")):
        return "ai_team"
    return ""


def _findings(client: Engagement, running: pd.DataFrame) -> tuple[Finding, ...]:
    say, method, rests = client.method.say, client.method, evidence(client, "initiatives")
    total = len(running)

    def finding(key: str, chosen: pd.DataFrame, strength: float, *, kind: Literal["finding", "cannot_tell"]) -> Finding:
        names = named_first(method, list(chosen["initiative"]))
        first = chosen.iloc[0]
        return Finding(
            element=ELEMENT,
            kind=kind,
            statement=counted(method, f"governance.owner.{key}", len(chosen), n=total, names=names),
            next_step=say(
                f"governance.owner.{key}_next", initiative=first["initiative"], department=first["department"]
            ),
            gap="undetermined" if kind != "finding" else "none" if key == "fine" else "trust",
            strength=strength,
            n=total,
            evidence=rests,
            stamp=client.stamp,
        )

    if running.empty:
        return (
            Finding(
                element=ELEMENT,
                kind="cannot_tell",
                statement=say("governance.owner.none_running"),
                next_step=say("governance.owner.none_running_next"),
                strength=0.15,
                evidence=rests,
                stamp=client.stamp,
            ),
        )
    found = []
    for key in ("ai_team", "none", "elsewhere"):
        chosen = running[running["state"] == key]
        if len(chosen):
            strength = _STRENGTH_IN_USE if chosen["in_use"].any() else _STRENGTH_EARLIER
            found.append(finding(key, chosen, strength - (0.15 if key == "elsewhere" else 0.0), kind="finding"))
    unknown = running[running["state"].isin(["unit_not_recorded", "not_recorded"])]
    if len(unknown):
        found.append(finding("unknown", unknown, 0.4, kind="cannot_tell"))
    if not found:
        found.append(finding("fine", running, _STRENGTH_FINE, kind="finding"))
    return tuple(sorted(found, key=lambda one: -one.strength))
