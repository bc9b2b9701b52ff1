"""`rempart scenarios`: the scenarios that come with Rempart, and what each one asks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rempart.frontends.cli.options import Json, examples

EXAMPLES = examples(
    "rempart scenarios",
    "rempart scenarios radar_loss > mine.yaml",
    "rempart scenarios --json",
)

Name = Annotated[str | None, typer.Argument(help="Show the file of this one, to start your own from.")]


def scenarios(name: Name = None, as_json: Json = False) -> None:
    """List the shipped scenarios with the question that each one answers, or show one of them."""
    from rempart.scenario.loading import load_scenario, shipped_scenarios

    if name is not None:
        _show_one(load_scenario(_known(name)), as_json)
        return
    listed = [load_scenario(shipped) for shipped in shipped_scenarios()]
    if as_json:
        from rempart.frontends.cli.console import show_json

        show_json({"scenarios": [_described(scenario) for scenario in listed]})
        return
    from rempart.frontends.cli.console import show
    from rempart.frontends.cli.tables import table

    rows = [(scenario.name, " ".join((scenario.question or scenario.title).split())) for scenario in listed]
    show(table("", {"Scenario": "left", "Question": "left"}, rows))


def _known(name: str) -> str:
    from rempart.base.errors import Fault, ScenarioError
    from rempart.scenario.loading import shipped_scenarios
    from rempart.scenario.surroundings import nearest

    if name not in shipped_scenarios():
        raise ScenarioError(
            Fault(name, "is not the name of a shipped scenario", *nearest(name, shipped_scenarios()))
        )
    return name


def _show_one(scenario: Any, as_json: bool) -> None:
    if as_json:
        from rempart.frontends.cli.console import show_json

        show_json({**_described(scenario), "scenario": scenario.to_dict()})
    else:
        typer.echo(scenario.source_text, nl=False)


def _described(scenario: Any) -> dict[str, str]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "digest": scenario.digest,
    }
