"""The published schema is the model's, shipped scenarios pass it, and every key is documented."""

import json
from pathlib import Path

import pytest
import yaml

from rempart.scenario.fields import Part
from rempart.scenario.inheritance import LIBRARY
from rempart.scenario.loading import load_scenario, scenario_yaml, shipped_scenarios
from rempart.scenario.schema import PUBLISHED, json_schema, schema_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_published_schema_is_current():
    assert PUBLISHED.read_text() == schema_text(), "write schema_text() to schema.json"


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenarios_pass(validator, name):
    validator.validate(yaml.safe_load((LIBRARY / f"{name}.yaml").read_text()))
    validator.validate(yaml.safe_load(scenario_yaml(load_scenario(name))))


def test_schema_refuses_what_it_can_see(validator):
    values = yaml.safe_load((Path(__file__).parent / "data" / "ten_faults.yaml").read_text())
    found = {".".join(map(str, error.absolute_path)) for error in validator.iter_errors(values)}
    assert found == {
        "", "assets.refinery.at.0", "defence.command.link_delay", "defence.batteries.north.facing",
        "defence.batteries.outer.channels", "raid.drones.count", "raid.nobody.count",
    }  # fmt: skip
    assert not validator.is_valid({"rempart": 1, "title": "whole, but with nothing in it"})
    assert not validator.is_valid({"based_on": "x", "defence": {"batteries": {"a": {"sytem": "tor-m2"}}}})
    assert validator.is_valid(
        {"based_on": "x", "defence": {"batteries": {"a": {"system": "tor-m2"}, "b": None}}}
    )


def test_defaults_are_written_with_their_units():
    parts = json_schema()["$defs"]
    assert parts["Command"]["properties"]["link_delay"]["default"] == "2 s"
    assert parts["Battery"]["properties"]["facing"]["default"] == "0 deg"
    assert parts["Area"]["properties"]["weather"]["default"] == "clear"


def parts():
    return sorted(Part.__subclasses__(), key=lambda part: part.__name__)


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_every_key_is_described_and_documented(part):
    guide = (ROOT / "docs" / "guide" / "scenario.md").read_text()
    rows = {line.split("|")[1].strip() for line in guide.splitlines() if line.startswith("| `")}
    for name, field in part.model_fields.items():
        assert field.description, f"{part.__name__}.{name}"
        assert f"`{field.alias or name}`" in rows, f"{part.__name__}.{name} is not in the guide"


def test_examples_of_the_guide_load(tmp_path):
    guide = (ROOT / "docs" / "guide" / "scenario.md").read_text()
    examples = [block.split("```")[0] for block in guide.split("```yaml")[1:]]
    assert len(examples) == 3
    for example in examples:
        path = tmp_path / "example.yaml"
        path.write_text(example)
        assert load_scenario(path).n_threats > 0


def test_defaults_in_the_guide_are_the_models():
    """Every default of the schema stands in the row of its key."""
    guide = (ROOT / "docs" / "guide" / "scenario.md").read_text().splitlines()
    for name, part in json_schema()["$defs"].items():
        for key, schema in ({} if name.endswith("Amendment") else part["properties"]).items():
            default = schema.get("default")
            if default in (None, "", [], {}) or isinstance(default, dict):
                continue
            text = default if isinstance(default, str) else json.dumps(default)
            rows = [line for line in guide if line.startswith(f"| `{key}` |")]
            assert any(f"`{text}`" in row for row in rows), f"{name}.{key}: default {text}"
