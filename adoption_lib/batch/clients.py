"""Which clients a batch is about: engagement folders, and folders that hold several of them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from adoption_lib.batch.slugs import distinct_slugs, slug_of
from adoption_lib.errors import BatchError

__all__ = ["ClientFolder", "Found", "find_clients", "is_engagement"]

_MARKERS = ("engagement.yaml", "engagement.xlsx")
_LARGEST_SETTINGS = 1_000_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class ClientFolder:
    """One client: its folder and the name its report is published under; ``named`` tells that the client chose it."""

    slug: str
    folder: Path
    named: bool

    @property
    def name(self) -> str:
        """Name of the folder, the only part of its path that a notebook learns."""
        return self.folder.name


@dataclass(frozen=True)
class Found:
    """Clients in the order given, and sub-folders that were passed over because they hold no engagement."""

    clients: tuple[ClientFolder, ...]
    passed_over: tuple[Path, ...]


def is_engagement(folder: Path) -> bool:
    """Whether ``folder`` holds an engagement."""
    return any((folder / marker).is_file() for marker in _MARKERS)


def find_clients(
    folders: Sequence[str | os.PathLike[str]], out: Path | None = None, *, share_names: bool = False
) -> Found:
    """Find the clients that ``folders`` name.

    Parameters
    ----------
    folders : sequence of path
        Each an engagement, or a folder whose direct sub-folders are engagements.
    out : Path or None
        Where reports go; it is not looked into.
    share_names : bool
        Whether two clients may have the same id: they may where nothing is published under it.

    Raises
    ------
    BatchError
        Lists everything that is wrong: no such folder, a file, no engagement in it, a client twice, one id for two.
    """
    faults: list[str] = []
    found: list[Path] = []
    passed: list[Path] = []
    if not folders:
        faults.append("no folder was named")
    for given in folders:
        folder = Path(os.path.abspath(given))  # noqa: PTH100 - a link keeps its own name
        if not folder.exists():
            faults.append(f"{given}: there is no such folder")
        elif not folder.is_dir():
            where = f"; name its folder, {folder.parent}" if folder.name in _MARKERS else ""
            faults.append(f"{given}: this is a file, not an engagement's folder{where}")
        elif is_engagement(folder):
            found.append(folder)
        else:
            try:
                inside = [entry for entry in _subfolders(folder) if out is None or entry.resolve() != out.resolve()]
            except OSError as error:
                faults.append(f"{given}: cannot be read ({error.strerror})")
                continue
            engagements = [entry for entry in inside if is_engagement(entry)]
            if not engagements:
                faults.append(f"{given}: neither this folder nor a folder directly in it has an engagement.yaml")
            found += engagements
            passed += [entry for entry in inside if entry not in engagements]
    faults += _repeated(found) + _unspeakable(found)
    if faults:
        raise BatchError("\n".join(faults))
    clients = _named(found)
    faults = [] if share_names else _same_id(clients)
    if faults:
        raise BatchError("\n".join(faults))
    return Found(tuple(clients), tuple(passed))


def _subfolders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__")))


def _repeated(folders: Iterable[Path]) -> list[str]:
    seen: dict[Path, Path] = {}
    faults = []
    for folder in folders:
        real = folder.resolve()
        if real in seen:
            as_what = "" if seen[real] == folder else f", also as {seen[real]}"
            faults.append(f"{folder}: this client was named twice{as_what}; name it once")
        seen[real] = folder
    return faults


def _unspeakable(folders: Iterable[Path]) -> list[str]:
    """Names that cannot be written into a notebook, which is UTF-8."""
    faults = []
    for folder in folders:
        try:
            folder.name.encode("utf-8")
        except UnicodeEncodeError:
            faults.append(f"{str(folder)!r}: the folder's name is not readable text; rename the folder")
    return faults


def _named(folders: Sequence[Path]) -> list[ClientFolder]:
    ids = [_identifier(folder) for folder in folders]
    derived = iter(distinct_slugs([folder.name for folder, chosen in zip(folders, ids, strict=True) if chosen is None]))
    return [
        ClientFolder(slug_of(chosen) if chosen is not None else next(derived), folder, chosen is not None)
        for folder, chosen in zip(folders, ids, strict=True)
    ]


def _identifier(folder: Path) -> str | None:
    """Read the ``id`` of an engagement without judging the rest: its faults are told when it is checked."""
    try:
        file = folder / "engagement.yaml"
        if file.stat().st_size > _LARGEST_SETTINGS:
            return None
        settings = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return None
    chosen = settings.get("id") if isinstance(settings, dict) else None
    return chosen if isinstance(chosen, str) and chosen.strip() else None


def _same_id(clients: Iterable[ClientFolder]) -> list[str]:
    by_slug: dict[str, list[ClientFolder]] = defaultdict(list)
    for client in clients:
        by_slug[client.slug].append(client)
    return [
        f"{' and '.join(str(client.folder) for client in same)}: two clients would share the report {slug!r}; "
        "give each its own `id:` in engagement.yaml"
        for slug, same in by_slug.items()
        if len(same) > 1
    ]
