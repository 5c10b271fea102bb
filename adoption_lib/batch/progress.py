"""How far a batch is: a bar where somebody watches, plain lines where the output goes into a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adoption_lib.batch.one_client import Outcome

__all__ = ["progress"]


@contextmanager
def progress(total: int, quiet: bool) -> Iterator[Callable[[Outcome], None]]:
    """Give a function to call with each outcome; it writes to the error stream, or nothing at all if ``quiet``."""
    if quiet:
        yield lambda outcome: None
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=total, unit="client", file=sys.stderr, leave=False) as bar:

            def advance(outcome: Outcome) -> None:
                bar.update()
                bar.set_postfix_str(f"{outcome.client.slug} {outcome.state}")
                if outcome.state == "failed":
                    bar.write(f"{outcome.client.slug}: {outcome.reason}", file=sys.stderr)

            yield advance
    else:
        done = 0

        def tell(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            took = f" ({outcome.seconds:.1f} s)" if outcome.state == "written" else ""
            why = f": {outcome.reason}" if outcome.reason else ""
            print(f"[{done}/{total}] {outcome.client.slug}: {outcome.state}{took}{why}", file=sys.stderr, flush=True)

        yield tell
