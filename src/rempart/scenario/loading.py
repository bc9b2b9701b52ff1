"""The doors of the room: a file, a name or plain values in, one `Scenario` or all its faults out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rempart.base.errors import Fault, ScenarioError
from rempart.scenario.faults import faults_of
from rempart.scenario.inheritance import merged, resolved, scenario_path, shipped_scenarios
from rempart.scenario.model import Scenario, Source
from rempart.scenario.survey import plain, survey

if TYPE_CHECKING:
    from rempart.catalog.document import Entry

__all__ = ["amend_scenario", "build_scenario", "load_scenario", "scenario_yaml", "shipped_scenarios"]

MAX_FAULTS = 100


def load_scenario(path_or_name: str | Path, known_systems: Mapping[str, str] | None = None) -> Scenario:
    """The scenario of a file, or of a shipped scenario's name.

    Parameters
    ----------
    path_or_name : str or Path
        `iraq_2020_proposal`, or the path of a YAML file.
    known_systems : mapping, optional
        System name → `air-defence`, `level` or `ballistic`, to use in place of the catalogue.

    Raises
    ------
    ScenarioError
        With every fault that could be found, each with file and line.
    """
    path = scenario_path(path_or_name)
    root = resolved(path)
    text = path.read_text(encoding="utf-8", errors="replace")
    return _checked(root, known_systems).with_source(Source(path.stem, text))


def build_scenario(
    values: Mapping[str, Any], name: str = "scenario", known_systems: Mapping[str, str] | None = None
) -> Scenario:
    """A scenario of plain values: what a YAML file would hold, units written as text.

    Raises
    ------
    ScenarioError
        As `load_scenario`, with the path inside the values but without lines.
    """
    return _checked(_entry(values, name), known_systems).with_source(Source(name, ""))


def amend_scenario(
    scenario: Scenario, changes: Mapping[str, Any], known_systems: Mapping[str, str] | None = None
) -> Scenario:
    """The scenario with some keys changed, by the rules of `based_on`: `null` deletes a key.

    Raises
    ------
    ScenarioError
        If the changes do not fit.
    """
    root = merged(_entry(scenario.to_dict(), scenario.name), _entry(changes, "changes"))
    return _checked(root, known_systems).with_source(Source(scenario.name, ""))


def scenario_yaml(scenario: Scenario) -> str:
    """The resolved scenario as a YAML file that loads again to an equal one."""
    import yaml

    values = scenario.to_dict()
    return yaml.safe_dump(values, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110)


def _checked(root: Entry, known_systems: Mapping[str, str] | None) -> Scenario:
    from pydantic import ValidationError

    around, faults = survey(root, known_systems)
    try:
        scenario = Scenario.model_validate(plain(root), context=around)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults += faults_of(details[:MAX_FAULTS], root, Scenario)
        if len(details) > MAX_FAULTS:
            faults.append(Fault(root.where, f"{len(details) - MAX_FAULTS} faults more", "none"))
    if faults:
        raise ScenarioError(faults)
    return scenario


def _entry(value: Any, where: str) -> Entry:
    from rempart.catalog.document import Entry

    if isinstance(value, Mapping):
        return Entry({str(key): _entry(part, where) for key, part in value.items()}, "a mapping", where)
    if isinstance(value, (list, tuple)):
        return Entry([_entry(part, where) for part in value], "a list", where)
    return Entry(value, str(value), where)
