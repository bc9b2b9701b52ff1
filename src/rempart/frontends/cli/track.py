"""`rempart track`: tracks from recorded plots."""

from __future__ import annotations

import math
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rempart.base.errors import Fault, RempartError
from rempart.base.units import parse_quantity
from rempart.frontends.cli.options import Json, examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from rempart.analysis.track_measures import TrackMeasures
    from rempart.run.plots.record import Frame
    from rempart.run.tracking import TrackingChoice, Tracks

EXAMPLES = examples(
    "rempart track plots.csv -o tracks",
    "rempart track plots.csv --sensor north=33.5,44.3,50 --scan-time 4s",
    "rempart track boats.json.gz --sensor radar --fastest 15m/s --manoeuvre 0.5m/s2 --truth truth.json.gz",
)
ASSOCIATIONS = ("gnn", "jpda")

Plots = Annotated[
    Path, typer.Argument(metavar="PLOTS", help="CSV, Parquet, ASTERIX 048/034, Autoferry or OpenSky JSON.")
]
Out = Annotated[
    Path, typer.Option("--out", "-o", help="Where to write: the name of both files, without their endings.")
]
Sensors = Annotated[
    list[str] | None,
    typer.Option("--sensor", metavar="NAME[=LAT,LON[,HEIGHT]]", help="Only this sensor, which stands there."),
]
ScanTime = Annotated[
    str | None, typer.Option("--scan-time", help="Time from scan to scan; by default seen in the plots.")
]
Pd = Annotated[
    float | None,
    typer.Option("--pd", min=0.01, max=0.99, help="Probability of detection; by default counted."),
]
Error = Annotated[
    str | None,
    typer.Option("--error", help="Error of places or ranges (1 sd); by default seen in the plots."),
]
AngleError = Annotated[str | None, typer.Option("--angle-error", help="Error of angles (1 sd), likewise.")]
Fastest = Annotated[str, typer.Option("--fastest", help="Speed that no target exceeds.")]
Manoeuvre = Annotated[
    str, typer.Option("--manoeuvre", help="Acceleration that targets keep up from scan to scan.")
]
Resolution = Annotated[
    str | None,
    typer.Option("--resolution", help="Distance within which places of two targets come as one plot."),
]
Association = Annotated[str, typer.Option("--association", help="How plots go to tracks: gnn or jpda.")]
Truth = Annotated[Path | None, typer.Option("--truth", help="Where targets truly were; tracks are measured.")]
Cutoff = Annotated[
    str | None, typer.Option("--cutoff", help="Distance beyond which a track is not of a target.")
]


def track(
    plots: Plots,
    sensor: Sensors = None,
    out: Out = Path("tracks"),
    scan_time: ScanTime = None,
    pd: Pd = None,
    error: Error = None,
    angle_error: AngleError = None,
    fastest: Fastest = "600 m/s",
    manoeuvre: Manoeuvre = "5 m/s2",
    resolution: Resolution = None,
    association: Association = "gnn",
    truth: Truth = None,
    cutoff: Cutoff = None,
    as_json: Json = False,
) -> None:
    """Make tracks of recorded plots: a table of them and a picture of them over the plots.

    What is not told is taken from the plots: when the sensor scanned, how large its errors are,
    how often it saw what was there.
    """
    from rempart.run.tracking import TrackingChoice

    if association not in ASSOCIATIONS:
        raise RempartError(Fault("--association", f"is {association!r}", " or ".join(ASSOCIATIONS)))
    choice = TrackingChoice(
        _quantity("--scan-time", scan_time, "time"),
        pd,
        _quantity("--error", error, "length"),
        _quantity("--angle-error", angle_error, "angle"),
        _quantity("--fastest", fastest, "speed") or 0.0,
        _quantity("--manoeuvre", manoeuvre, "acceleration") or 0.0,
        association,
        _quantity("--resolution", resolution, "length") or 0.0,
    )
    stands = dict(_stand(text) for text in sensor or ())
    _track(plots, stands, choice, (out, truth, _quantity("--cutoff", cutoff, "length"), as_json))


def _track(
    plots: Path,
    stands: dict[str, Frame | None],
    choice: TrackingChoice,
    wanted: tuple[Path, Path | None, float | None, bool],
) -> None:
    from rempart.analysis.track_measures import measure_tracks
    from rempart.analysis.track_picture import write_track_picture
    from rempart.run.plots.reading import read_plots, read_truth
    from rempart.run.track_table import write_tracks
    from rempart.run.tracking import placed
    from rempart.run.tracking import track as track_record

    out, truth_file, cutoff, as_json = wanted
    record = placed(read_plots(plots), stands)
    truth = read_truth(truth_file, record) if truth_file else None
    start = perf_counter()
    tracks = track_record(record, choice)
    seconds = perf_counter() - start
    measures = measure_tracks(tracks, truth, cutoff) if truth else None
    table = write_tracks(tracks, out.with_name(f"{out.name}.parquet"))
    page = out.with_name(f"{out.name}.html")
    write_track_picture(tracks, page, plots.name, truth, measures)
    places = {"tracks": str(table), "picture": str(page)}
    _show(tracks, measures, places, seconds, as_json)


def _show(
    tracks: Tracks, measures: TrackMeasures | None, places: dict[str, str], seconds: float, as_json: bool
) -> None:
    from importlib.metadata import version

    from rempart.frontends.cli.console import show, show_json

    if as_json:
        told: dict[str, Any] = {
            "rempart": version("rempart"),
            "plots": tracks.record.count,
            "scans": len(tracks.scans),
            "tracks": tracks.count,
            "settings": dict(tracks.used),
            "refused": dict(tracks.record.refused),
            "out_of_order": tracks.record.out_of_order,
            "tally": dict(tracks.tally),
            "measures": measures.to_json() if measures else None,
            "files": places,
            "seconds": round(seconds, 3),
        }
        show_json(told)
        return
    show(*_answer(tracks, measures, places))


def _answer(
    tracks: Tracks, measures: TrackMeasures | None, places: dict[str, str]
) -> Iterator[RenderableType]:
    """What came of it, part by part."""
    from rich.text import Text

    from rempart.analysis.track_picture import headline, measure_rows, used_rows
    from rempart.frontends.cli.tables import table

    yield Text(headline(tracks, measures), style="bold")
    if measures is not None:
        columns = {"Measure": "left", "Value": "right", "Best": "right"}
        yield table("Against the truth", columns, measure_rows(measures))
    yield table("How it was made", {"Setting": "left", "Value": "left"}, used_rows(tracks))
    yield Text()
    for name, place in places.items():
        yield f"{name.capitalize():9}{place}"


def _quantity(option: str, text: str | None, dimension: str) -> float | None:
    if text is None:
        return None
    try:
        value = parse_quantity(text, dimension)
    except ValueError as error:
        raise RempartError(Fault(option, str(error), "a number with a unit")) from None
    if value <= 0.0:
        raise RempartError(Fault(option, f"is {text!r}", "more than 0"))
    return value


def _stand(text: str) -> tuple[str, Frame | None]:
    """Name of a sensor and where it stands: `north`, or `north=33.5,44.3,50`."""
    from rempart.run.plots.record import Frame

    name, _, place = text.partition("=")
    if not place:
        return name, None
    try:
        lat, lon, height = (float(part) for part in (place.split(",") + ["0"])[:3])
        good = abs(lat) <= 90.0 and abs(lon) <= 180.0 and math.isfinite(height)
    except ValueError:
        good = False
    if not good or place.count(",") > 2:
        raise RempartError(Fault("--sensor", f"is {text!r}", "NAME, or NAME=LAT,LON or NAME=LAT,LON,HEIGHT"))
    return name, Frame(math.radians(lat), math.radians(lon), height)
