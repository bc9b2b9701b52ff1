"""`rempart explain`: why it leaked, and what it would take that it had not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rempart.base.errors import Fault, RempartError
from rempart.frontends.cli.options import Json, Run, examples

if TYPE_CHECKING:
    from rempart.run.results import Results

EXAMPLES = examples(
    "rempart explain results/mine-1a2b3c",
    "rempart explain results/mine-1a2b3c --trial 17",
    "rempart explain results/mine-1a2b3c --trial 17 --threat drones-3",
    "rempart explain results/mine-1a2b3c --what-if detected_too_late",
)

Trial = Annotated[int | None, typer.Option("--trial", "-t", min=0, help="Only this trial; the first is 0.")]
Threat = Annotated[
    str | None,
    typer.Option(
        "--threat", help="Only this vehicle, step by step; by default in the first trial in which it leaked."
    ),
]
WhatIf = Annotated[
    str | None,
    typer.Option(
        "--what-if", metavar="CAUSE", help="Play the run again with the link behind this cause perfect."
    ),
]


def explain(
    run: Run,
    trial: Trial = None,
    threat: Threat = None,
    what_if: WhatIf = None,
    as_json: Json = False,
) -> None:
    """Say why threats leaked: of a whole run, of one trial, or of one threat, dated step by step."""
    from rempart.run.store import open_results

    results = open_results(run)
    if what_if is not None:
        if trial is not None or threat is not None:
            raise typer.BadParameter("--what-if plays the whole run again; leave --trial and --threat out")
        _show_what_if(results, what_if, as_json)
        return
    from rempart.analysis.explanation import ThreatExplanation
    from rempart.analysis.explanation import explain as explain_results
    from rempart.frontends.cli.log import event_log

    explanation = explain_results(results, trial, threat)
    if isinstance(explanation, ThreatExplanation):
        events = event_log(results, explanation.trial)
        explanation = explain_results(results, explanation.trial, threat, events)
    _show(explanation.to_json(), explanation.lines(), as_json)


def _show_what_if(results: Results, cause: str, as_json: bool) -> None:
    from rempart.analysis.comparison import compare

    link = _link(cause)
    comparison = compare(results, _with_perfect(results, link))
    lines = [f"With perfect {link} (B) against the run as it was (A):", comparison.verdict]
    _show({"cause": cause, "perfect": link, **comparison.to_json()}, lines, as_json)


def _link(cause: str) -> str:
    from rempart.analysis.explanation import link_of, why_no_link

    link = link_of(cause)
    if link is None:
        found = f"no link of the chain stands behind {cause!r}: {why_no_link(cause)}"
        raise RempartError(Fault("--what-if", found, "a cause with a link, such as 'detected_too_late'"))
    return link


def _with_perfect(results: Results, link: str) -> Results:
    from rempart.frontends.cli.run import play
    from rempart.scenario.loading import amend_scenario

    scenario = results.scenario
    changed = amend_scenario(scenario, {"perfect": sorted({*scenario.perfect, link})})
    return play(changed, results.n_trials, results.seed)


def _show(answer: dict[str, Any], lines: list[str], as_json: bool) -> None:
    from rempart.frontends.cli.console import show, show_json

    if as_json:
        show_json(answer)
    else:
        from rich.text import Text

        show(*map(Text, lines))
