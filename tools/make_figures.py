"""Make the pictures of the documentation again: the figures of the model pages, and the demo's report
as Chromium shows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
IMAGES = DOCS / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def screenshot(browser: str, page: Path, picture: Path, size: tuple[int, int]) -> None:
    """Show a page in a browser with an empty profile and write what is seen as a PNG."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *QUIET, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"]
        command += ["--hide-scrollbars", f"--screenshot={picture}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> int:
    """Draw every figure; then play the demo, and take a picture of the top of its report."""
    for script in sorted((DOCS / "figures").glob("make_*.py")):
        subprocess.run([sys.executable, script], check=True)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"The pictures need one of {', '.join(BROWSERS)}", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        rempart = Path(sys.executable).with_name("rempart")
        subprocess.run([rempart, "demo", "--report", page], check=True, stdout=subprocess.DEVNULL)
        screenshot(browser, page, IMAGES / "report.png", (1280, 1520))
    print(f"Wrote {IMAGES / 'report.png'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
