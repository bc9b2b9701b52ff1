"""The pages hold together: links lead somewhere, and the README's commands exist."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from rempart.frontends.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_each_page_of_the_documentation_is_listed():
    """By the index, or by the README of a folder that the index lists."""
    index = ROOT / "docs" / "README.md"
    listed = listed_by(index)
    for inner in [page for page in listed if page.name == "README.md" and page.parent != index.parent]:
        listed |= listed_by(inner)
    folders = [folder for folder in listed if folder.is_dir()]
    pages = {page for page in (ROOT / "docs").rglob("*.md") if page != index}
    assert [page.name for page in pages if page not in listed and page.parent not in folders] == []


def listed_by(page):
    return {(page.parent / target).resolve() for target in LINK.findall(page.read_text(encoding="utf-8"))}


def test_the_readme_names_real_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^    (?:\.venv/bin/)?rempart (\w+)", text, flags=re.MULTILINE))
    assert {"compare", "explain", "replay", "run"} <= named
    assert named <= set(get_command(app).commands)


def test_make_targets_in_the_pages_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(
            re.findall(r"^    make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert named
        assert named <= targets
