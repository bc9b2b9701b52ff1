"""`rempart catalog`: which systems there are, and what every figure rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rempart.frontends.cli.options import Json, examples

app = typer.Typer(
    no_args_is_help=True,
    help="Show the systems that scenarios can name, with the source and grade of every figure.",
)

Folders = Annotated[
    list[Path] | None, typer.Option("--folder", help="A folder with systems of your own; may be repeated.")
]
Name = Annotated[str, typer.Argument(help="Name of a system, as `rempart catalog list` has it.")]


@app.command("list", epilog=examples("rempart catalog list", "rempart catalog list --folder my_systems"))
def list_(folder: Folders = None, as_json: Json = False) -> None:
    """List the systems."""
    from rempart.catalog.library import list_systems, load_system
    from rempart.frontends.cli.console import show, show_json

    folders = tuple(folder or ())
    systems = [load_system(name, folders) for name in list_systems(folders)]
    rows = [(system.name, system.kind, system.title) for system in systems]
    if as_json:
        show_json({"systems": [dict(zip(("name", "kind", "title"), row, strict=True)) for row in rows]})
        return
    from rempart.frontends.cli.tables import table

    show(table("", {"System": "left", "Kind": "left", "Title": "left"}, rows))


@app.command("show", epilog=examples("rempart catalog show s-400", "rempart catalog show s-400 --json"))
def show_system(name: Name, folder: Folders = None, as_json: Json = False) -> None:
    """Show the data sheet of a system: every figure with its range, grade, sources and note."""
    from rempart.catalog.library import load_system
    from rempart.catalog.sheet import data_sheet
    from rempart.frontends.cli.console import show, show_json

    sheet = data_sheet(load_system(name, tuple(folder or ())))
    if as_json:
        show_json(sheet)
        return
    from rempart.frontends.cli.tables import sheet_parts

    show(*sheet_parts(sheet))


@app.command("sources", epilog=examples("rempart catalog sources", "rempart catalog sources --json"))
def sources(folder: Folders = None, as_json: Json = False) -> None:
    """List the sources that figures cite, and whether they were read."""
    from dataclasses import asdict

    from rempart.catalog.library import bibliography
    from rempart.frontends.cli.console import show, show_json

    listed = bibliography(tuple(folder or ()))
    if as_json:
        show_json({"sources": {name: asdict(source) for name, source in listed.items()}})
        return
    from rempart.frontends.cli.tables import table

    columns = {"Source": "left", "Title": "left", "Year": "right", "Publisher": "left", "Access": "left"}
    rows = [
        (name, source.title, str(source.year or ""), source.publisher, source.access)
        for name, source in sorted(listed.items())
    ]
    show(table("", columns, rows))
