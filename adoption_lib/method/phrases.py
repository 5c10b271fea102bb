"""Numbers in words: shares, intervals and probabilities as a reader says them, before the figures."""

from __future__ import annotations

from adoption_lib.method import METHOD

__all__ = ["interval_phrase", "list_phrase", "percent", "probability_phrase", "share_phrase"]

_SHARES = (
    (0.03, "almost_none"),
    (0.15, "a_tenth"),
    (0.29, "a_quarter"),
    (0.37, "a_third"),
    (0.45, "four_tenths"),
    (0.55, "half"),
    (0.63, "six_tenths"),
    (0.71, "two_thirds"),
    (0.83, "three_quarters"),
    (0.97, "nine_tenths"),
    (1.01, "almost_all"),
)


def percent(share: float) -> str:
    """Whole per cent without the sign: ``.3684`` is ``"37"``. Certainty is not claimed by rounding: .997 is "99"."""
    rounded = round(100 * share)
    if rounded == 100 and share < 1:
        rounded = 99
    if rounded == 0 and share > 0:
        rounded = 1
    return f"{rounded:d}"


def share_phrase(share: float) -> str:
    """Nearest everyday fraction, such as "a third"."""
    for bound, name in _SHARES:
        if share < bound:
            return METHOD.say(f"words.share.{name}")
    return METHOD.say("words.share.almost_all")


def interval_phrase(low: float, high: float) -> str:
    """An interval of a share, words first: "between a third and half (33 to 51 %)"."""
    first, last = share_phrase(low), share_phrase(high)
    if first == last:
        words = METHOD.say("words.share.about", value=first)
    else:
        words = METHOD.say("words.share.between", low=first, high=last)
    return METHOD.say("words.interval", words=words, low=percent(low), high=percent(high))


def probability_phrase(probability: float) -> str:
    """A probability, words first: "very likely (93 %)"; certainty is never claimed, only "over 99 %"."""
    if probability > 0.99:
        return METHOD.say("words.probability_over", words=METHOD.say("words.sure.0.99"))
    for bound in ("0.99", "0.90", "0.75", "0.60", "0.40", "0.25", "0.00"):
        if probability >= float(bound):
            words = METHOD.say(f"words.sure.{bound}")
            return METHOD.say("words.probability", words=words, percent=percent(probability))
    raise ValueError(f"a probability lies between 0 and 1, not {probability}")


def list_phrase(items: list[str] | tuple[str, ...]) -> str:
    """Items joined as in a sentence: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
