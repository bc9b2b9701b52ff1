"""Write the pages of docs/systems from the catalogue: one a system, the sources, the weakest figures.

Nothing on these pages is written by hand; a test makes them again and compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rempart.catalog.bibliography import Source
from rempart.catalog.figures import CITATIONS, GRADES
from rempart.catalog.library import bibliography, list_systems, load_system
from rempart.catalog.sheet import data_sheet, weakest_figures
from rempart.catalog.systems import AirDefenceSystem, System

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "systems"
KINDS = {"air-defence": "Air defence", "air-vehicle": "What flies", "ground-vehicle": "Ground vehicles"}
N_WEAKEST = 100
_PATH = re.compile(r"\{([^}]+)\}")
ACCESS = {"seen": "read", "recalled": "not opened", "own": "own"}


def pages() -> dict[str, str]:
    """File name → Markdown, for every page of the folder."""
    systems = [load_system(name) for name in list_systems()]
    made = {f"{system.name}.md": _text(_system_page(system)) for system in systems}
    made["README.md"] = _text(_index(systems))
    made["sources.md"] = _text(_sources_page(bibliography()))
    made["weakest_figures.md"] = _text(_weakest_page(systems))
    return made


def has_picture(system: System) -> bool:
    """Whether a system has an envelope to draw."""
    return isinstance(system, AirDefenceSystem) and system.fire_unit is not None


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _head(*names: str) -> str:
    return f"{_row(*names)}\n{_row(*['---'] * len(names))}"


def _system_page(system: System) -> Iterator[str]:
    sheet = data_sheet(system)
    yield f"# {sheet['title']}\n"
    yield f"`{sheet['name']}` · {KINDS[sheet['kind']].lower()} · [all systems](README.md)\n"
    yield f"{' '.join(sheet['summary'].split())}\n"
    if has_picture(system):
        yield f"![Where its weapons reach](images/{system.name}.svg)\n"
    counts = ", ".join(f"{count} of grade {grade}" for grade, count in sheet["grades"].items() if count)
    yield f"{len(sheet['figures'])} figures: {counts}.\n"
    facts = _facts(sheet["facts"])
    for section in dict.fromkeys([*facts, *(row["section"] for row in sheet["figures"])]):
        rows = [row for row in sheet["figures"] if row["section"] == section]
        if section:
            yield f"## {section}\n"
        if section in facts:
            yield f"{facts[section]}.\n"
        if rows:
            yield from _figures_table(rows)
    yield _legend()


def _facts(facts: list[dict[str, str]]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for fact in facts:
        if fact["text"]:
            told.setdefault(fact["section"], []).append(f"{fact['label']}: {fact['text']}")
    return {section: "; ".join(parts) for section, parts in told.items()}


def _figures_table(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield _head("figure", "value", "grade", "sources", "note")
    for row in rows:
        yield _row(row["label"], row["written"], _grade(row), _cited(row), _note(row))
        for other in row["alternatives"]:
            claim = "claimed" if other["is_claim"] else "also"
            yield _row(f"– {claim}", other["written"], _grade(other), _cited(other), _note(other))
    yield ""


def _grade(row: dict[str, Any]) -> str:
    return row["grade"] + ("?" if row["citation"] == "unchecked" else "")


def _cited(row: dict[str, Any]) -> str:
    return ", ".join(f"[{name}](sources.md#{name})" for name in row["sources"])


def _note(row: dict[str, Any]) -> str:
    derived = f"from {row['derived']}" if row["derived"] else ""
    told = " ".join("; ".join(filter(None, (row["note"], derived))).split())
    return _PATH.sub(lambda path: f"*{path[1].replace('.', ' ').replace('_', ' ')}*", told)


def _legend() -> str:
    grades = "; ".join(f"**{grade}** {meaning}" for grade, meaning in GRADES.items())
    return f"Grades: {grades}. A question mark: {CITATIONS['unchecked']}."


def _index(systems: list[System]) -> Iterator[str]:
    yield "# Systems\n"
    yield (
        "Every system of the catalogue, with the source and grade of each figure. The pages are written from"
        " the catalogue's files; [the guide](../guide/catalogue.md) tells how to add systems of your own.\n"
    )
    yield (
        "[Weakest figures](weakest_figures.md): what to look up first. [Sources](sources.md): what the "
        "figures cite.\n"
    )
    for kind, title in KINDS.items():
        yield f"## {title}\n"
        yield _head("system", "what", "figures", *(f"grade {grade}" for grade in GRADES))
        for system in systems:
            if system.kind == kind:
                sheet = data_sheet(system)
                counts = sheet["grades"].values()
                link = f"[{system.name}]({system.name}.md)"
                yield _row(link, sheet["title"], len(sheet["figures"]), *counts)
        yield ""


def _sources_page(sources: dict[str, Source]) -> Iterator[str]:
    yield "# Sources\n"
    yield (
        "What the figures of the catalogue cite. *Read*: at least the cited part was. *Not opened*: named "
        "from general knowledge; figures that rest on it are of grade C at best and are marked.\n"
    )
    yield _head("source", "title", "publisher", "year", "where", "access")
    for name, source in sorted(sources.items()):
        link = f"<{source.address}>" if source.address.startswith("http") else source.address
        anchor = f'<a id="{name}"></a>`{name}`'
        yield _row(anchor, source.title, source.publisher, source.year or "", link, ACCESS[source.access])


def _weakest_page(systems: list[System]) -> Iterator[str]:
    rows = [row for row in weakest_figures(systems) if not row["path"].startswith("background")]
    yield "# Weakest figures\n"
    yield (
        "Figures that play a part in results, the least trustworthy first: the worst grade, then the widest "
        "range for its size. Which of them matter for a question of yours, `rempart ranges SCENARIO` tells "
        "([guide](../guide/ranges.md)).\n"
    )
    yield _head("grade", "figures", "share", "meaning")
    for grade, meaning in GRADES.items():
        count = sum(row["grade"] == grade for row in rows)
        yield _row(grade, count, f"{100 * count / len(rows):.0f} %", meaning)
    yield f"\n## The first {N_WEAKEST}\n"
    yield "One row stands for all systems that share a figure with its range and note.\n"
    yield _head("figure", "value", "width", "grade", "contested", "note", "systems")
    for alike in list(_alike(rows).values())[:N_WEAKEST]:
        row = alike[0]
        width = (row["high"] - row["low"]) / (abs(row["value"]) or 1.0)
        names = dict.fromkeys(other["system"] for other in alike)
        links = ", ".join(f"[{name}]({name}.md)" for name in names)
        contested = ", ".join(other["written"] for other in row["alternatives"])
        yield _row(row["label"], row["written"], f"{width:.1f}", _grade(row), contested, _note(row), links)
    yield "\nWidth: the range over the nominal value."


def _alike(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Figures that say the same of several systems, in the order of the first of each."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["label"], row["written"], row["grade"], row["note"]), []).append(row)
    return found


def main() -> int:
    """Write every page and picture that the catalogue asks for, and remove those that it does not."""
    from make_envelopes import draw_envelopes  # type: ignore[import-not-found]

    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    drawn = draw_envelopes(FOLDER / "images", [load_system(name) for name in list_systems()])
    print(f"Wrote {len(made)} pages and {drawn} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
