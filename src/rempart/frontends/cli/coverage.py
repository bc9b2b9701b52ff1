"""`rempart coverage`: where the defence sees, and where its weapons reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rempart.frontends.cli.options import Json, Scenario, examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rempart.base.units import Height
    from rempart.run.coverage import Coverage

EXAMPLES = examples(
    "rempart coverage iraq_2020_proposal",
    "rempart coverage my_scenario.yaml --region iraq --step 2km -o coverage.tif",
    "rempart coverage my_scenario.yaml --rcs -10dBsm -o coverage.png --json",
)

ENDINGS = {".tif": "geotiff", ".tiff": "geotiff", ".geojson": "geojson", ".json": "geojson", ".png": "png",
           ".svg": "svg"}  # fmt: skip
FORMATS = tuple(dict.fromkeys(ENDINGS.values()))

Altitudes = Annotated[
    list[str] | None,
    typer.Option(
        "--altitude",
        "-a",
        help="Height of the target, such as '100 m agl' (above ground) or '3 km amsl' (above sea); "
        "may be repeated. By default 100 m, 1, 3 and 10 km agl.",
    ),
]
Rcs = Annotated[str, typer.Option("--rcs", help="Radar cross-section of the target, from all sides.")]
RegionName = Annotated[
    str | None,
    typer.Option("--region", help="iraq, or a GeoJSON file; by default the box of the defence's reach."),
]
Step = Annotated[str | None, typer.Option("--step", help="Side of a cell, such as '2 km'.")]
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", help="geotiff, geojson, png or svg; by default the file's ending tells."),
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write the map to this file.")]


def coverage(
    scenario: Scenario,
    altitude: Altitudes = None,
    rcs: Rcs = "1 m2",
    region: RegionName = None,
    step: Step = None,
    out: Out = None,
    form: Format = None,
    as_json: Json = False,
) -> None:
    """Show where the defence of a scenario sees a target, and where its weapons reach it, by height.

    Seen: one look of some searching radar detects the target with probability 0.5 or more, over the terrain.
    """
    target = _form(out, form)
    heights, area, side = _heights(altitude), _quantity(rcs, "area", "--rcs"), _side(step)
    from rempart.geo.region import load_region
    from rempart.run.coverage import ALTITUDES
    from rempart.run.coverage import coverage as compute
    from rempart.scenario.loading import load_scenario

    asked = load_region(region) if region else None
    found = compute(load_scenario(scenario), heights or ALTITUDES, area, asked, side)
    if out is not None:
        from rempart.base.files import write_atomically

        write_atomically(out, _content(found, target))
    _show(found, out, as_json)


def _form(out: Path | None, form: str | None) -> str:
    from rempart.base.errors import ExportError, Fault

    if out is None:
        if form is not None:
            found = f"--format {form} without a file to write"
            raise ExportError(Fault("--format", found, "--out FILE with it", "Add -o FILE."))
        return ""
    chosen = form or ENDINGS.get(out.suffix.lower(), "")
    if chosen not in FORMATS:
        found = f"{chosen!r} is no format" if form else f"the ending {out.suffix!r} tells no format"
        raise ExportError(Fault(str(out), found, ", ".join(FORMATS), "Choose one with --format."))
    return chosen


def _heights(altitudes: list[str] | None) -> Sequence[Height]:
    from rempart.base.errors import Fault, RempartError
    from rempart.base.units import parse_height

    heights = []
    for text in altitudes or ():
        try:
            height = parse_height(text)
        except ValueError as error:
            allowed = "text such as '100 m agl' or '3 km amsl'"
            raise RempartError(Fault("--altitude", str(error).split(";")[0], allowed)) from error
        if not -500.0 <= height.value <= 100_000.0:
            raise RempartError(Fault("--altitude", f"{text!r} is out of range", "from -500 m to 100 km"))
        heights.append(height)
    return heights


def _quantity(text: str, dimension: str, option: str) -> float:
    from rempart.base.errors import Fault, RempartError
    from rempart.base.units import allowed_units, parse_quantity

    try:
        value = parse_quantity(text, dimension)
    except ValueError as error:
        found = str(error).split(";")[0]
        raise RempartError(Fault(option, found, f"a number and one of {allowed_units(dimension)}")) from error
    if not 0.0 < value <= 1e7:
        raise RempartError(Fault(option, f"{text!r} is out of range", "more than 0"))
    return value


def _side(step: str | None) -> float | None:
    return _quantity(step, "length", "--step") if step else None


def _content(found: Coverage, form: str) -> bytes | str:
    if form in ("png", "svg"):
        from rempart.analysis.coverage_map import coverage_png, coverage_svg

        return coverage_png(found) if form == "png" else coverage_svg(found)
    from rempart.export.coverage import coverage_geojson, coverage_geotiff

    return coverage_geotiff(found) if form == "geotiff" else coverage_geojson(found)


def _show(found: Coverage, out: Path | None, as_json: bool) -> None:
    from rempart.analysis.coverage import coverage_answer, shares
    from rempart.analysis.wording import percent
    from rempart.frontends.cli.console import note, show, show_json

    answer = coverage_answer(found)
    if as_json:
        show_json(answer)
        return
    from rempart.frontends.cli.tables import table

    rows = [
        (share.label, *(f"{area / 1e6:,.0f} km²" for area in (share.air, share.seen)),
         percent(share.of_air(share.seen)) if share.air else "", f"{share.engaged / 1e6:,.0f} km²",
         percent(share.of_air(share.engaged)) if share.air else "")
        for share in shares(found)
    ]  # fmt: skip
    columns = {"Height": "left", "Air": "right", "Seen": "right", "share": "right",
               "Weapons reach": "right", "share ": "right"}  # fmt: skip
    show(table(f"{found.scenario.title}: a target of {found.rcs:g} m²; {found.region_name}", columns, rows))
    for remark in _remarks(answer):
        note(remark)
    if out is not None:
        show(f"\nMap      {out}")


def _remarks(answer: dict[str, Any]) -> list[str]:
    remarks = []
    if answer["off_terrain_km2"]:
        told = "km² of the region lie off the terrain and are left out."
        remarks.append(f"{answer['off_terrain_km2']:,.0f} {told}")
    if answer["sensors_not_radar"]:
        told = "sensors are no radars and are left out, with the weapons that they guide."
        remarks.append(f"{answer['sensors_not_radar']} {told}")
    return remarks
