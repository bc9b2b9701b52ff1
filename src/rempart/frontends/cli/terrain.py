"""`rempart terrain`: ground of your own for scenarios to stand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rempart.frontends.cli.options import Json, examples

if TYPE_CHECKING:
    from rempart.geo.store import Manifest

app = typer.Typer(
    no_args_is_help=True,
    help="Bring in terrain files, and show what there is. A scenario names it as `area.terrain`.",
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="GeoTIFF, HGT or DTED files.")]
NewName = Annotated[
    str | None, typer.Option("--name", help="Name by which scenarios know it; by default the first file's.")
]
Fill = Annotated[
    bool,
    typer.Option("--fill-voids", help="Fill posts without a height from the ground around them; marked."),
]
Name = Annotated[str, typer.Argument(help="Name of a terrain, as `rempart terrain list` has it.")]


@app.command(
    "import",
    epilog=examples(
        "rempart terrain import N33E044.hgt N33E045.hgt --name baghdad",
        "rempart terrain import zagros.tif --fill-voids --json",
    ),
)
def import_(files: Files, name: NewName = None, fill_voids: Fill = False, as_json: Json = False) -> None:
    """Bring terrain files into your store as one terrain, merged where there are several."""
    from rempart.geo.importing import import_terrain

    _show(import_terrain(files, name, fill_voids), as_json)


@app.command("list", epilog=examples("rempart terrain list", "rempart terrain list --json"))
def list_(as_json: Json = False) -> None:
    """List the terrain that scenarios can name."""
    from rempart.frontends.cli.console import show, show_json
    from rempart.geo.store import stored_names, stored_terrain

    kept = [stored_terrain(name) for name in stored_names()]
    if as_json:
        shipped = [{"name": name, "shipped": True} for name in ("flat", "iraq")]
        show_json({"terrain": shipped + [{"shipped": False, **one.to_json()} for one in kept]})
        return
    from rempart.frontends.cli.tables import table

    rows = [("flat", "everywhere", "", "", "shipped"), ("iraq", *_shipped_row(), "", "shipped")]
    rows += [(one.name, _extent(one), _spacing(one), _lacking(one), _files(one)) for one in kept]
    columns = {"Terrain": "left", "Extent": "left", "Posts": "left", "Voids": "left", "From": "left"}
    show(table("", columns, rows))


@app.command("show", epilog=examples("rempart terrain show baghdad", "rempart terrain show baghdad --json"))
def show_terrain(name: Name, as_json: Json = False) -> None:
    """Show where a terrain of your store came from, its extent, posts and voids."""
    from rempart.geo.store import stored_terrain

    _show(stored_terrain(name), as_json)


@app.command("remove", epilog=examples("rempart terrain remove baghdad"))
def remove(name: Name) -> None:
    """Take a terrain out of your store."""
    from rempart.geo.store import drop_terrain

    typer.echo(f"Removed {drop_terrain(name).name}")


def _show(manifest: Manifest, as_json: bool) -> None:
    from rempart.frontends.cli.console import show, show_json

    if as_json:
        show_json(manifest.to_json())
        return
    from rempart.frontends.cli.tables import table
    from rempart.geo.store import terrain_folder

    rows, columns = manifest.shape
    told = [
        ("extent", _extent(manifest)),
        ("posts", f"{rows:,} × {columns:,}, {_spacing(manifest)}"),
        ("heights above", manifest.datum),
        ("coordinate system", ", ".join(manifest.systems)),
        ("resampling", manifest.resampling),
        ("voids", _lacking(manifest)),
        ("covered by no file", f"{manifest.n_uncovered:,} posts" if manifest.n_uncovered else "none"),
        *(("file", f"{source['file']}  sha256 {source['sha256'][:16]}…") for source in manifest.sources),
        ("digest", manifest.digest),
        ("kept in", str(terrain_folder())),
    ]
    show(table(manifest.name, {"": "left", " ": "left"}, told))


def _shipped_row() -> tuple[str, str]:
    return "27.00° to 39.50° N, 36.00° to 52.00° E", "30″ × 30″"


def _extent(manifest: Manifest) -> str:
    south, west, north, east = manifest.extent_deg
    return f"{south:.2f}° to {north:.2f}° N, {west:.2f}° to {east:.2f}° E"


def _spacing(manifest: Manifest) -> str:
    down, right = manifest.step_arcsec
    return f"{down:g}″ × {right:g}″"


def _lacking(manifest: Manifest) -> str:
    left = f"{manifest.n_voids:,} left" if manifest.n_voids else "none"
    return f"{left}, {manifest.n_filled:,} filled" if manifest.n_filled else left


def _files(manifest: Manifest) -> str:
    first = manifest.sources[0]["file"]
    more = len(manifest.sources) - 1
    return f"{first} and {more} more" if more else first
