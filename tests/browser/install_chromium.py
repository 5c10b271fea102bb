"""Make sure a Chromium is there for the browser tests: the distribution's where we are root, Playwright's otherwise.

Ends with an error that says what to do where neither works: the browser tests are never skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Path of a Chromium that can be started, or None."""
    named = os.environ.get("ADOPTION_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}).returncode == 0


def main() -> int:
    """Install where needed; return the exit status."""
    found = find_chromium()
    if not found and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium")
        found = find_chromium()
    if not found:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
        found = find_chromium()
    if not found:
        print(
            "No Chromium could be found or installed. Install one (Debian and Ubuntu: sudo apt install chromium) "
            "or set ADOPTION_CHROMIUM to its path, then run the tests again.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser tests use {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
