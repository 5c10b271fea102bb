"""Where the client stands on the three factors that decide the path: time, existing depth, dependency risk (A1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from adoption_lib.analysis.level_estimates import Level, balanced_level
from adoption_lib.analysis.path_findings import path_findings
from adoption_lib.analysis.raters import latest_wave, rater_groups, rater_parts, wave_ratings
from adoption_lib.analysis.result import Result
from adoption_lib.analysis.staff_depth import staff_depth
from adoption_lib.analysis.three_points import Pert, probability_below
from adoption_lib.engagement import Engagement

__all__ = ["Factor", "PathFactors", "approach_ranges", "path_factors"]

_NAN = float("nan")
_WEEK = 7


@dataclass(frozen=True)
class Factor:
    """Position on one factor: ``state`` is a key of the wording, ``missing`` names what was not collected."""

    id: str
    state: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class PathFactors(Result):
    """Time, depth and dependency.

    Parameters
    ----------
    start, deadline : date or None
        Beginning of the runway, and when results are expected.
    weeks, weeks_left : float
        Runway in weeks, in all and from the data's date; NaN where unknown.
    time : DataFrame
        One row per approach with a range: ``approach``, ``low``, ``likely``, ``high`` (weeks to adoption), ``p10``,
        ``p90``, ``p_enough`` (within the runway), ``p_left`` (within what is left of it), ``state`` (``enough``
        where what is left very probably suffices, ``short`` where even the whole runway very probably does not,
        otherwise ``cannot_tell``).
    hybrid_faster : float
        Probability that the hybrid approach is faster than internal upskilling on the client's ranges; NaN where
        either range is missing.
    level : Level or None
        Level over all four parts, functions counting equally; None where it cannot be shown.
    p_inside : float
        Probability that this level is at least the first at which internal people do the work themselves.
    staff : DataFrame
        As from :func:`adoption_lib.analysis.staff_depth.staff_depth`.
    tolerance : DataFrame
        ``function`` and ``tolerance`` (1 none to 5 high), as stated.
    pipeline : DataFrame
        ``similarity`` and ``count`` of later initiatives named.
    factors : tuple of Factor
        Time, depth, dependency.
    """

    start: dt.date | None
    deadline: dt.date | None
    weeks: float
    weeks_left: float
    time: pd.DataFrame
    hybrid_faster: float
    level: Level | None
    p_inside: float
    staff: pd.DataFrame
    tolerance: pd.DataFrame
    pipeline: pd.DataFrame
    factors: tuple[Factor, ...]


def path_factors(client: Engagement, wave: str = "") -> PathFactors:
    """Place the client on time, existing depth and dependency risk.

    Parameters
    ----------
    client : Engagement
        Uses ``engagement.yaml``, ``approach_options``, ``capability_ratings`` and ``staff``.
    wave : str
        Wave of ratings; empty means the latest.

    Returns
    -------
    PathFactors
        The probability that time suffices is exact: the PERT distribution of the client's own range of weeks. No
        general claim on which approach is faster enters.
    """
    settings, method = client.settings, client.method
    start, deadline = settings.runway_from or client.as_of, settings.expects_results_by
    weeks, left = _weeks(start, deadline), _weeks(_later(start, client.as_of), deadline)
    level = _overall_level(client, wave or latest_wave(client))
    inside = level.at_least(method.threshold("test_level")) if level else _NAN
    ranges = approach_ranges(client, "weeks_to_adoption")
    both = "hybrid" in ranges and "internal" in ranges
    tolerance = [
        {"function": function, "tolerance": int(settings.preferences.dependency_tolerance[function])}
        for function in ("HR", "AI", "business", "executive")
        if function in settings.preferences.dependency_tolerance
    ]
    similar = [planned.similarity for planned in settings.pipeline or ()]
    kinds = method.term_ids("similarity") if settings.pipeline is not None else ()
    result = PathFactors(
        element="A1",
        findings=(),
        withheld=0,
        stamp=client.stamp,
        start=start,
        deadline=deadline,
        weeks=weeks,
        weeks_left=left,
        time=_time(client, ranges, weeks, left),
        hybrid_faster=probability_below(ranges["hybrid"], ranges["internal"]) if both else _NAN,
        level=level,
        p_inside=inside,
        staff=staff_depth(client),
        tolerance=pd.DataFrame(tolerance, columns=["function", "tolerance"]),
        pipeline=pd.DataFrame(
            [{"similarity": term, "count": similar.count(term)} for term in kinds],  # type: ignore[arg-type]
            columns=["similarity", "count"],
        ),
        factors=(),
    )
    withheld = int(result.staff["withheld"].sum()) + int(level is None and client.has("capability_ratings"))
    result = replace(result, withheld=withheld)
    result = replace(result, factors=(_time_factor(result), _depth_factor(client, result), _dependency_factor(result)))
    return replace(result, findings=path_findings(client, result))


def approach_ranges(client: Engagement, criterion: str) -> dict[str, Pert]:
    """Ranges of one criterion by approach, in the method's order; approaches without a complete range are absent."""
    frame = client.table("approach_options")
    frame = frame[frame["criterion"] == criterion].dropna(subset=["low", "likely", "high"])
    rows = {str(row["approach"]): row for row in frame.to_dict("records")}
    return {
        approach: Pert(*(float(rows[approach][point]) for point in ("low", "likely", "high")))
        for approach in client.method.term_ids("approach")
        if approach in rows
    }


def _weeks(start: dt.date | None, deadline: dt.date | None) -> float:
    if start is None or deadline is None:
        return _NAN
    return max((deadline - start).days / _WEEK, 0.0)


def _later(first: dt.date | None, second: dt.date | None) -> dt.date | None:
    known = [date for date in (first, second) if date is not None]
    return max(known) if known else None


def _overall_level(client: Engagement, wave: str) -> Level | None:
    floor = client.settings.anonymity.counts
    ratings = wave_ratings(client, wave)
    groups = rater_groups(ratings, floor)
    raters = rater_parts(ratings, groups, floor)
    scored = raters[raters["score"].notna()]
    means = scored.groupby(["group", "rater"])["score"].mean()
    if len(means) < floor:
        return None
    samples = [means.loc[[group.id]].to_numpy(dtype=float) for group in groups if group.id in means.index]
    level = balanced_level(samples, client.method.threshold("interval_level"))
    return level if np.isfinite(level.se) else None


def _time(client: Engagement, ranges: dict[str, Pert], weeks: float, left: float) -> pd.DataFrame:
    sure = client.method.threshold("test_passed")
    rows = []
    for approach, pert in ranges.items():
        enough = pert.at_most(weeks) if np.isfinite(weeks) else _NAN
        remains = pert.at_most(left) if np.isfinite(left) else _NAN
        # Whether work began with the runway is not recorded: enough must hold from today, short from the beginning.
        state = "enough" if remains >= sure else "short" if enough <= 1 - sure else "cannot_tell"
        rows.append(
            {
                "approach": approach,
                "low": pert.low,
                "likely": pert.likely,
                "high": pert.high,
                "p10": pert.quantile(0.1),
                "p90": pert.quantile(0.9),
                "p_enough": enough,
                "p_left": remains,
                "state": state,
            }
        )
    return pd.DataFrame(
        rows, columns=["approach", "low", "likely", "high", "p10", "p90", "p_enough", "p_left", "state"]
    )


def _time_factor(result: PathFactors) -> Factor:
    missing = []
    if result.deadline is None:
        missing.append("deadline")
    if result.start is None:
        missing.append("start")
    if result.time.empty:
        missing.append("ranges")
    states = set(result.time["state"])
    if missing:
        state = "cannot_tell"
    elif states == {"enough"}:
        state = "enough"
    elif states == {"short"}:
        state = "short"
    elif states == {"cannot_tell"}:
        state = "uncertain"
    elif "short" not in states:
        state = "some"
    elif "enough" not in states:
        state = "tight"
    else:
        state = "decides"
    return Factor("time", state, tuple(missing))


def _depth_factor(client: Engagement, result: PathFactors) -> Factor:
    missing = [] if result.level else ["ratings"]
    if result.staff.empty:
        missing.append("staff")
    sure = client.method.threshold("test_passed")
    if result.level is None:
        state = "cannot_tell"
    elif result.p_inside >= sure:
        state = "inside"
    elif result.p_inside <= 1 - sure:
        state = "not_inside"
    else:
        state = "uncertain"
    return Factor("depth", state, tuple(missing))


def _dependency_factor(result: PathFactors) -> Factor:
    missing = []
    if result.tolerance.empty:
        missing.append("tolerance")
    counts = dict(zip(result.pipeline["similarity"], result.pipeline["count"], strict=True))
    if result.pipeline.empty:
        missing.append("pipeline")
    if result.tolerance.empty:
        return Factor("dependency", "cannot_tell", tuple(missing))
    middle = float(result.tolerance["tolerance"].median())
    again = counts.get("similar", 0) + counts.get("related", 0) > 0
    # 3 is the middle of the scale of tolerance: below it people want to lean little, above it they accept leaning.
    if middle < 3:
        state = "high" if again else "unwanted"
    elif middle > 3:
        state = "reused" if again else "bearable"
    else:
        state = "middle_again" if again else "middle"
    return Factor("dependency", state, tuple(missing))
