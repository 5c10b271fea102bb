"""Which folder name a client's report gets: short, safe on every file system, never made from the client's name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

__all__ = ["distinct_slugs", "slug_of"]

_LONGEST = 40
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")


def slug_of(name: str) -> str:
    """Reduce a folder name or an id to ``[a-z0-9-]``, at most 40 characters, no name that an operating system reserves.

    A name of which nothing is left (an emoji, another script) becomes ``client-`` and six digits of its hash.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    reduced = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    if not reduced:
        return f"client-{_mark(name)}"
    return f"{reduced}-client" if _RESERVED.fullmatch(reduced) else reduced


def distinct_slugs(names: Sequence[str]) -> list[str]:
    """Slugs of several folder names; where two meet, the names that had to be changed get six digits of their hash.

    Equal names keep equal slugs: the caller has to ask which client is meant.
    """
    slugs = [slug_of(name) for name in names]
    spellings = dict(zip(names, slugs, strict=True))
    count = Counter(spellings.values())
    return [
        f"{slug[: _LONGEST - 7].rstrip('-')}-{_mark(name)}" if count[slug] > 1 and name != slug else slug
        for name, slug in zip(names, slugs, strict=True)
    ]


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:6]
