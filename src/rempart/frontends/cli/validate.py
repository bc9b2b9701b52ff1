"""`rempart validate`: is a scenario right, and if not, what is wrong with it?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rempart.base.errors import Fault, RempartError
from rempart.frontends.cli.console import show_error, show_json
from rempart.frontends.cli.options import Json, examples

EXAMPLES = examples(
    "rempart validate my_scenario.yaml",
    "rempart validate scenarios/*.yaml --json",
)

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped ones.")
]


def validate(files: Files, as_json: Json = False) -> None:
    """Check scenario files and tell every fault at once, with its line and what is allowed."""
    checks = [_check(file) for file in files]
    if as_json:
        show_json({"valid": all(check["valid"] for check in checks), "files": checks})
    else:
        for check in checks:
            if check["valid"]:
                typer.echo(f"{check['file']}: valid, {check['title']!r}, digest {check['digest']}")
    if not all(check["valid"] for check in checks):
        raise typer.Exit(2)


def _check(file: str) -> dict[str, Any]:
    from rempart.scenario.loading import load_scenario

    try:
        scenario = load_scenario(file)
    except RempartError as error:
        show_error(error)
        return {"file": file, "valid": False, "faults": [_fault(fault) for fault in error.faults]}
    return {"file": file, "valid": True, "title": scenario.title, "digest": scenario.digest}


def _fault(fault: Fault) -> dict[str, str]:
    return {"where": fault.where, "found": fault.found, "allowed": fault.allowed, "remedy": fault.remedy}
