"""Shipped scenarios pass the published schema in check-jsonschema as they do in jsonschema itself."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

SCENARIO = Path(__file__).resolve().parents[2] / "src" / "rempart" / "scenario"
SCHEMA = SCENARIO / "schema.json"
SHIPPED = sorted((SCENARIO / "library").glob("*.yaml"))


def check_jsonschema(*files):
    """What the command check-jsonschema says of YAML files as they are."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", SCHEMA, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_there_are_scenarios_to_check():
    assert len(SHIPPED) >= 3


def test_check_jsonschema_passes_every_shipped_scenario():
    answer = check_jsonschema(*SHIPPED)
    assert answer.returncode == 0, answer.stdout


def test_both_refuse_a_scenario_that_is_wrong(tmp_path):
    """Checks that cannot fail would say nothing of what they pass."""
    values = yaml.safe_load((SCENARIO / "library" / "iraq_2020_proposal.yaml").read_text(encoding="utf-8"))
    name = next(iter(values["raid"]))
    values["raid"][name]["height"] = 300
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(values))
    answer = check_jsonschema(path)
    assert answer.returncode != 0
    assert "height" in answer.stdout
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(values)
