"""A recording: one trial, ready to be written for other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rempart.base.errors import ExportError, Fault
from rempart.base.files import write_atomically
from rempart.export.acmi import acmi_text, acmi_zip
from rempart.export.czml import czml_text
from rempart.export.events import events_csv, events_json_lines
from rempart.export.geojson import geojson_text
from rempart.run.replay import Replay, replay
from rempart.run.results import Results

FORMATS: dict[str, dict[str, Callable[[Replay], str | bytes]]] = {
    "acmi": {".zip.acmi": acmi_zip, ".acmi": acmi_text},
    "czml": {".czml": czml_text, ".json": czml_text},
    "geojson": {".geojson": geojson_text, ".json": geojson_text},
    "events": {".jsonl": events_json_lines, ".ndjson": events_json_lines, ".csv": events_csv},
}
"""Format → file ending → what writes it; the first ending that fits counts."""


@dataclass(frozen=True)
class Recording:
    """One trial of a campaign, played again."""

    replay: Replay

    def to_acmi(self, path: Path | str) -> Path:
        """Write it for Tacview: `.acmi` as text, `.zip.acmi` zipped."""
        return self.write(path, "acmi")

    def to_czml(self, path: Path | str) -> Path:
        """Write it for Cesium."""
        return self.write(path, "czml")

    def to_geojson(self, path: Path | str) -> Path:
        """Write it for maps: sites, flights and shots."""
        return self.write(path, "geojson")

    def to_events(self, path: Path | str) -> Path:
        """Write its event log: `.jsonl` or `.ndjson` as JSON Lines, `.csv` as a table."""
        return self.write(path, "events")

    def write(self, path: Path | str, form: str | None = None) -> Path:
        """Write it in one of the `FORMATS`, by default the one that the file's ending tells.

        The file is whole or not there.

        Raises
        ------
        ExportError
            If the format is not known, or the file's ending is not one of its endings.
        StoreError
            If the file cannot be written.
        """
        path = Path(path).expanduser()
        render = renderer(path, form)
        return write_atomically(path, render(self.replay))


def record(results: Results, trial: int) -> Recording:
    """Play one trial of a campaign again, for its `to_…` methods."""
    return Recording(replay(results, trial))


def renderer(path: Path, form: str | None = None) -> Callable[[Replay], str | bytes]:
    """What writes such a file, in the format given or else told by the file's ending.

    Raises
    ------
    ExportError
        If there is none: ask before a trial is played for nothing.
    """
    if form is not None and form not in FORMATS:
        raise ExportError(Fault("format", repr(form), ", ".join(FORMATS)))
    if path.is_dir():
        raise ExportError(Fault(str(path), "is a folder", "the name of a file"))
    endings = [(known, end) for known in ([form] if form else FORMATS) for end in FORMATS[known]]
    fitting = {known: end for known, end in reversed(endings) if path.name.lower().endswith(end)}
    if len(fitting) == 1:
        ((known, ending),) = fitting.items()
        return FORMATS[known][ending]
    found = (
        f"has an ending that {form} does not use" if form else "has an ending that does not tell the format"
    )
    remedy = "" if form else "Or say which format it is to be."
    ends = dict.fromkeys(end for _, end in endings)
    raise ExportError(Fault(str(path), found, "a name that ends in " + " or ".join(ends), remedy))
