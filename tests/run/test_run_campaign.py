"""The campaign: the same bytes whatever the threads, the interruptions and the earlier runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

import rempart.engine.play as play
from rempart.base.errors import RempartError
from rempart.run import campaign
from rempart.run.campaign import CampaignStopped, leakage_width, run


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def played(monkeypatch):
    """First trials of the blocks that are really played."""
    blocks, real = [], play.play_trials

    def watched(world, state, seed, first, ledger, tally):
        blocks.append(first)
        real(world, state, seed, first, ledger, tally)

    monkeypatch.setattr(play, "play_trials", watched)
    return blocks


def test_same_bytes_for_any_number_of_threads(scenario, tmp_path):
    one = run(scenario, 130, seed=5, out=tmp_path / "one", threads=1)
    four = run(scenario, 130, seed=5, out=tmp_path / "four", threads=4)
    assert one.folder.name == four.folder.name
    assert contents(one.folder) == contents(four.folder)
    assert sorted(contents(one.folder)) == [
        "ledger.parquet",
        "manifest.json",
        "measures.parquet",
        "scenario.yaml",
        "sensors.parquet",
    ]
    assert 0.0 < one.measure("leakage").mean() < 1.0


def test_trials_are_those_that_the_engine_plays(scenario, lowered, tmp_path):
    results = run(scenario, 30, seed=3, out=tmp_path)
    _, ledger, tally = play.play_logged(lowered.world, 3, 27)
    rows = results.trial(27)
    assert rows["shots"].to_pylist() == ledger.codes[:, 3].tolist()
    assert results.measure("looks")[27] == tally.counters[0, 0]
    assert (
        results.measure("shots")[27] == tally.rounds.sum() == results.rounds_fired()["north", "missile"][27]
    )


def test_another_seed_scenario_or_engine_gets_another_folder(scenario, tmp_path, monkeypatch):
    folders = {run(scenario, 1, seed=1, out=tmp_path).folder, run(scenario, 1, seed=2, out=tmp_path).folder}
    folders.add(run(type(scenario)(pk=0.1), 1, seed=1, out=tmp_path).folder)
    monkeypatch.setattr("rempart.base.kernel.kernel_digest", lambda: "another engine")
    folders.add(run(scenario, 1, seed=1, out=tmp_path).folder)
    assert len(folders) == 4


def test_finished_results_are_not_played_again(scenario, tmp_path, played):
    first = run(scenario, 60, out=tmp_path)
    assert sorted(played) == [0, 25, 50]
    again = run(scenario, 60, out=tmp_path)
    assert len(played) == 3
    assert again.ledger.equals(first.ledger)
    assert again.measures.equals(first.measures)


def test_more_trials_extend_what_is_there(scenario, tmp_path, played):
    run(scenario, 30, out=tmp_path / "grown")
    grown = run(scenario, 80, out=tmp_path / "grown")
    assert sorted(played) == [0, 25, 30, 50, 75]
    at_once = run(scenario, 80, out=tmp_path / "at once")
    assert contents(grown.folder) == contents(at_once.folder)


def test_fewer_trials_are_the_first_ones_and_nothing_is_lost(scenario, tmp_path):
    many = run(scenario, 60, out=tmp_path)
    before = contents(many.folder)
    few = run(scenario, 10, out=tmp_path)
    assert few.n_trials == few.measures.num_rows == 10
    assert few.ledger.equals(many.ledger.slice(0, 30))
    assert contents(few.folder) == before


def test_damaged_results_are_played_again(scenario, tmp_path):
    results = run(scenario, 25, out=tmp_path)
    before = contents(results.folder)
    (results.folder / "ledger.parquet").write_bytes(before["ledger.parquet"][:100])
    run(scenario, 25, out=tmp_path)
    assert contents(results.folder) == before


@pytest.mark.parametrize("threads", [1, 3])
def test_until_width_stops_at_the_first_block_that_is_narrow(scenario, tmp_path, threads):
    full = run(scenario, 400, out=tmp_path / "full").measure("leakage")
    widths = {n: leakage_width(full[:n]) for n in range(25, 401, 25)}
    wanted = next(n for n, width in widths.items() if width < 0.06)
    assert 25 < wanted < 400
    early = run(scenario, 400, out=tmp_path / "early", threads=threads, until_width=0.06)
    assert early.n_trials == wanted
    assert early.measure("leakage").tolist() == full[:wanted].tolist()


def test_until_width_gives_the_same_from_earlier_trials(scenario, tmp_path, played):
    fresh = run(scenario, 400, out=tmp_path / "fresh", until_width=0.06)
    run(scenario, 400, out=tmp_path / "cached")
    played.clear()
    cached = run(scenario, 400, out=tmp_path / "cached", until_width=0.06)
    assert not played
    assert cached.n_trials == fresh.n_trials
    assert cached.ledger.equals(fresh.ledger)


def test_width_is_students_and_never_zero():
    two = np.array([0.4, 0.6])
    assert leakage_width(np.tile(two, 50)) == pytest.approx(2 * 1.9842 * 0.1005 / 10, rel=1e-3)
    assert leakage_width(np.zeros(100)) == pytest.approx(3 / 100, rel=0.02)
    assert leakage_width(np.array([0.5])) == 1.0


def test_progress_is_told_in_order(scenario, tmp_path):
    told = []
    results = run(scenario, 60, out=tmp_path, threads=3, progress=lambda *step: told.append(step))
    assert [step[:2] for step in told] == [(25, 60), (50, 60), (60, 60)]
    assert told[-1][2] == results.measure("leakage").mean()


def test_ctrl_c_keeps_finished_blocks_and_the_same_call_goes_on(scenario, tmp_path, played):
    def stop(done, asked, leakage):
        if done >= 50:
            raise KeyboardInterrupt

    with pytest.raises(CampaignStopped, match="trials are kept in") as stopped:
        run(scenario, 200, out=tmp_path / "stopped", threads=1, progress=stop)
    assert 50 <= stopped.value.kept < 200
    assert stopped.value.kept == 25 * len(played)
    before = list(played)
    resumed = run(scenario, 200, out=tmp_path / "stopped", threads=2)
    assert sorted(played) == list(range(0, 200, 25))
    assert played[: len(before)] == before
    straight = run(scenario, 200, out=tmp_path / "straight")
    assert contents(resumed.folder) == contents(straight.folder)


def test_ctrl_c_while_extending_keeps_what_was_there(scenario, tmp_path):
    past = run(scenario, 50, out=tmp_path)
    before = contents(past.folder)

    def stop(done, asked, leakage):
        if done > 50:
            raise KeyboardInterrupt

    with pytest.raises(CampaignStopped) as stopped:
        run(scenario, 150, out=tmp_path, threads=1, progress=stop)
    assert stopped.value.kept >= 75
    kept = {name for name in contents(past.folder) if "blocks" in name}
    run(scenario, 50, out=tmp_path)
    assert {name for name in contents(past.folder) if "blocks" in name} == kept
    assert {name: data for name, data in contents(past.folder).items() if "blocks" not in name} == before


def test_a_damaged_block_is_played_again(scenario, tmp_path):
    def stop(done, asked, leakage):
        raise KeyboardInterrupt

    with pytest.raises(CampaignStopped) as stopped:
        run(scenario, 50, out=tmp_path, threads=1, progress=stop)
    (stopped.value.folder / "blocks/00000000-00000025.npz").write_bytes(b"PK not a block")
    resumed = run(scenario, 50, out=tmp_path)
    assert contents(resumed.folder) == contents(run(scenario, 50, out=tmp_path / "straight").folder)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"trials": 0}, "trials"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"threads": 0}, "threads"),
        ({"until_width": 0.0}, "until-width"),
        ({"until_width": math.nan}, "until-width"),
    ],
)
def test_impossible_arguments_are_refused(scenario, tmp_path, arguments, word):
    with pytest.raises(RempartError, match=word):
        run(scenario, **{"trials": 5, "out": tmp_path, **arguments})
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_one_clear_line(scenario, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RempartError, match="cannot be written"):
        run(scenario, 5, out=tmp_path / "file")


def test_a_block_never_crosses_the_grid():
    answer = campaign._Answer(60, None, lambda *_: None, np.zeros(30))
    assert list(answer.spans()) == [(30, 20), (50, 10)]
