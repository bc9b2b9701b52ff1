"""Progress of a campaign on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rempart.frontends.cli.console import console, note

Report = Callable[[int, int, float], None]
"""Told how many trials are done, how many there are, and the leakage so far."""


def announce_first_run() -> None:
    """Say that the kernels will be compiled, if they never were on this machine as they are now."""
    from rempart.base.kernel import IS_PLAIN, kernel_cache

    if not IS_PLAIN and not any(kernel_cache().glob("engine_*/*.nbi")):
        note("First run of this version: compiling the engine, once. This takes up to a minute.")


@contextmanager
def trial_progress(label: str) -> Iterator[Report]:
    """Show a bar while a campaign runs."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    announce_first_run()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(20),
        MofNCompleteColumn(),
        Elapsed(),
    )
    screen = console(on_error=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(label, total=None)

        def report(done: int, total: int, leakage: float) -> None:
            told = f"{label}: leakage {100 * leakage:.1f} %"
            progress.update(task, completed=done, total=total, description=told)

        yield report
