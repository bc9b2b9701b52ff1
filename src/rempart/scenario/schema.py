"""JSON Schema of a scenario file, for editors and for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PUBLISHED = Path(__file__).parent / "schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASED_ON = {
    "type": "string",
    "minLength": 1,
    "description": "A scenario that this one changes: a path from this file, or a shipped scenario's name. "
    "What is written here is laid over it; `null` deletes a key.",
    "examples": ["iraq_2020_proposal"],
}


def json_schema() -> dict[str, Any]:
    """Schema (draft 2020-12) of a scenario file.

    A file that says `based_on` is an amendment: nothing is required of it, and any key may be null.
    """
    definitions = _definitions()
    amendments = {f"{name}Amendment": _amending(definition) for name, definition in definitions.items()}
    amendments["ScenarioAmendment"]["properties"]["based_on"] = _BASED_ON
    return {
        "$schema": _DIALECT,
        "title": "Rempart scenario",
        "description": "What Rempart simulates: a defended area, its defence, a raid and civil traffic.",
        "type": "object",
        "if": {"required": ["based_on"]},
        "then": {"$ref": "#/$defs/ScenarioAmendment"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": dict(sorted({**definitions, **amendments}.items())),
    }


def schema_text() -> str:
    """The schema as it is published beside this module."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _definitions() -> dict[str, Any]:
    """Every part of a scenario by name, complete and with the defaults as they would be written."""
    from rempart.scenario.fields import Part
    from rempart.scenario.model import Scenario

    whole = _tidied(Scenario.model_json_schema(by_alias=True))
    definitions: dict[str, Any] = {**whole.pop("$defs"), "Scenario": whole}
    for part in Part.__subclasses__():
        defaults = part.model_construct().model_dump(mode="json", by_alias=True, exclude_none=True)
        for key, value in defaults.items():
            definitions[part.__name__]["properties"][key]["default"] = value
    return definitions


def _tidied(part: Any) -> Any:
    """The part without null, machine-made titles and SI defaults, its descriptions on one line."""
    if isinstance(part, list):
        return [_tidied(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    tidy = {key: _tidied(value) for key, value in part.items() if not _is_noise(key, value)}
    if len(tidy.get("anyOf", ())) == 1:
        tidy |= tidy.pop("anyOf")[0]
    if "description" in tidy and isinstance(tidy["description"], str):
        tidy["description"] = " ".join(tidy["description"].split())
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    return tidy


def _is_noise(key: str, value: Any) -> bool:
    return key == "default" or (key == "title" and isinstance(value, str))


def _amending(definition: dict[str, Any]) -> dict[str, Any]:
    """The same part with every key optional and deletable, all the way down."""
    amended = _led_on(definition)
    for rule in ("required", "oneOf"):
        amended.pop(rule, None)
    amended["properties"] = {key: _or_null(part) for key, part in amended["properties"].items()}
    return amended


def _led_on(part: Any) -> Any:
    """The part with its references led to amendments, and with entries that may be null."""
    if isinstance(part, list):
        return [_led_on(item) for item in part]
    if not isinstance(part, dict):
        return part
    led = {key: _led_on(value) for key, value in part.items() if key not in ("default", "minProperties")}
    if "$ref" in led:
        led["$ref"] += "Amendment"
    if "patternProperties" in led:
        led["patternProperties"] = {name: _or_null(entry) for name, entry in led["patternProperties"].items()}
    return led


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [part, {"type": "null"}]}
