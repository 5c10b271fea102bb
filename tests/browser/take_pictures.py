"""Take the README's pictures from freshly built reports.

python tests/browser/take_pictures.py reports docs/pictures
"""

from __future__ import annotations

import sys
from pathlib import Path

from install_chromium import find_chromium
from playwright.sync_api import sync_playwright

CLIENT = "harbour-mutual"
SECTIONS = {"capability": ("01_capability_assessment", "A0"), "causes": ("02_resistance_diagnosis", "B2")}


def main(reports: Path, pictures: Path) -> int:
    """Write front.png and one picture for each section named above; return the exit status."""
    pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 860}, offline=True).new_page()
        page.goto((reports / CLIENT / "index.html").resolve().as_uri())
        page.screenshot(path=pictures / "front.png")
        for name, (stem, element) in SECTIONS.items():
            page.goto((reports / CLIENT / f"{stem}.html").resolve().as_uri())
            page.locator(f'section[data-element="{element}"] figure.picture').first.screenshot(
                path=pictures / f"{name}.png"
            )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
