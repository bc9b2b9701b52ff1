"""Figures over their ranges: what is sampled, how, and what the outer loop leaves."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.base.errors import RempartError
from rempart.catalog.figures import Figure
from rempart.catalog.library import load_system
from rempart.catalog.systems import figures_of
from rempart.run import outer_loop
from rempart.run.ignorance import (
    Doubt,
    contradictions,
    doubts_of,
    latin_hypercube,
    systems_with,
    values_at,
    watched,
)
from rempart.run.outer_loop import SamplesStopped, play_ranges
from scenario_builder import FLAT, scenario_of

BELIEVED = "unit: 1, sources: [project-assumption], grade: D, citation: none"
PERFECT = ["detection", "tracking", "identification", "communication", "assignment", "assessment"]


def doubt(low, high, dimension="probability", name="pk"):
    middle = (low + high) / 2
    return Doubt("site", name, Figure(middle, low, high, dimension, "1", "", ("x",), "D", "none"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A catalogue with one site whose kill probability is in doubt, and nothing else."""
    folder = tmp_path_factory.mktemp("systems")
    pk = f"{{low: 0.2, high: 0.8, {BELIEVED}}}"
    (folder / "doubtful-site.yaml").write_text(
        "based_on: generic-radar-site\n"
        f"fire_unit: {{weapons: {{interceptor: {{pk: {{strike-aircraft: {pk}}}}}}}}}\n"
    )
    return folder


@pytest.fixture(scope="module")
def scenario(folder):
    """Perfect links, one shot each, from so near that pk has its full value where they meet."""
    return scenario_of(
        FLAT,
        defence={
            "batteries": {"north": {"system": "doubtful-site", "at": [33.45, 44.40]}},
            "policy": {"salvos": 1, "rounds": 1},
        },
        raid__strike={
            **FLAT["raid"]["strike"],
            "count": 4,
            "from": [33.70, 44.40],
        },
        traffic={},
        perfect=PERFECT,
        catalogue=[str(folder)],
    )


@pytest.fixture(scope="module")
def played(scenario, tmp_path_factory):
    return play_ranges(scenario, samples=12, trials=100, seed=3, out=tmp_path_factory.mktemp("out"))


def expected(found):
    return found.leakers.sum(axis=2).mean(axis=1) / found.threats.sum()


def test_what_has_no_range_or_is_only_background_is_never_in_doubt():
    system = load_system("pantsir-s1")
    told = {path: figure for path, figure in figures_of(system) if figure.is_range}
    found = [one.path for one in doubts_of({"pantsir-s1": system})]
    assert found == [path for path in told if not path.startswith("background")]
    assert len(found) > 30
    assert doubts_of({"generic-radar-site": load_system("generic-radar-site")}) == ()


def test_each_figure_has_one_sample_in_each_part_of_its_range():
    doubts = [doubt(0.0, 1.0, name=f"figure-{i}") for i in range(20)]
    shares = latin_hypercube(doubts, 16, seed=5)
    assert shares.shape == (16, 20)
    np.testing.assert_array_equal(np.sort(np.floor(16 * shares), axis=0), np.tile(np.arange(16), (20, 1)).T)
    assert len({tuple(column) for column in np.floor(16 * shares).T}) == 20
    assert (shares != latin_hypercube(doubts, 16, seed=6)).all()


def test_a_figure_that_comes_or_goes_leaves_the_others_samples_as_they_are():
    doubts = [doubt(0.0, 1.0, name=f"figure-{i}") for i in range(5)]
    all_five, without = latin_hypercube(doubts, 9, 1), latin_hypercube(doubts[:2] + doubts[3:], 9, 1)
    np.testing.assert_array_equal(np.delete(all_five, 2, axis=1), without)


def test_each_count_of_a_range_has_an_equal_part():
    values = [doubt(2, 5, "count").at(share) for share in (np.arange(400) + 0.5) / 400]
    assert np.unique(values, return_counts=True)[1].tolist() == [100] * 4
    assert set(values) == {2.0, 3.0, 4.0, 5.0}


@pytest.mark.parametrize(
    ("one", "middle"),
    [
        (doubt(0.2, 0.8), 0.5),
        (doubt(-2.0, 0.0, "angle"), -1.0),
        (doubt(0.01, 0.25, "area"), 0.05),
        (doubt(1e-8, 1e-4), 1e-6),
        (doubt(0.0, 1e3, "length"), 500.0),
    ],
)
def test_a_range_is_walked_from_end_to_end(one, middle):
    assert one.at(0.0) == one.figure.low
    assert one.at(0.5) == pytest.approx(middle)
    assert one.at(1.0) == pytest.approx(one.figure.high)
    values = values_at([one], np.linspace(0.0, 1.0, 50)[:, None])[:, 0]
    assert (np.diff(values) > 0).all()


def test_only_the_figures_in_doubt_change():
    systems = {name: load_system(name) for name in ("tor-m2", "airliner")}
    doubts = doubts_of(systems)
    values = values_at(doubts, latin_hypercube(doubts, 4, 1))[2]
    changed = systems_with(systems, doubts, values)
    told = dict(zip([one.name for one in doubts], values, strict=True))
    for name, system in systems.items():
        before = dict(figures_of(system))
        for path, figure in figures_of(changed[name]):
            assert figure.value == told.get(f"{name}.{path}", before[path].value)
            assert figure.written == before[path].written
    assert systems["tor-m2"] == load_system("tor-m2")


def test_figures_that_contradict_each_other_are_told():
    systems = {"c-ram": load_system("c-ram")}
    assert list(contradictions(systems)) == []
    rounds = Doubt("c-ram", "fire_unit.weapons.m61a1.rounds", doubt(1, 2, "count").figure)
    (fault,) = contradictions(systems_with(systems, [rounds], [50.0]))
    assert "burst_rounds" in fault


def test_a_watched_figure_tells_when_it_is_read():
    seen = []
    system = watched({"tor-m2": load_system("tor-m2")}, seen.append)["tor-m2"]
    assert system.fire_unit.channels.written
    assert seen == []
    assert system.fire_unit.channels.value == load_system("tor-m2").fire_unit.channels.value
    assert seen == ["tor-m2.fire_unit.channels"]


def test_one_shot_leaks_what_its_pk_leaves(played):
    (pk,) = played.values.T
    np.testing.assert_array_equal(np.sort(np.floor(12 * (pk - 0.2) / 0.6)), np.arange(12))
    error = 0.5 / np.sqrt(played.leakers.shape[1] * played.threats.sum())
    np.testing.assert_allclose(expected(played), 1.0 - pk, atol=4 * error)
    np.testing.assert_array_equal(np.argsort(expected(played)), np.argsort(-pk))
    assert played.nominal.sum(axis=1).mean() / played.threats.sum() == pytest.approx(0.5, abs=4 * error)


def test_the_same_dice_are_thrown_in_every_sample(played):
    order = np.argsort(played.values[:, 0])
    assert (np.diff(played.leakers.sum(axis=2)[order], axis=0) <= 0).all()


def test_only_what_the_scenario_reads_is_in_doubt(played):
    assert [one.name for one in played.doubts] == [
        "doubtful-site.fire_unit.weapons.interceptor.pk.strike-aircraft"
    ]


def test_threads_and_interruptions_leave_no_trace(scenario, played, tmp_path):
    def stop(done, asked, leakage):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(SamplesStopped) as stopped:
        play_ranges(scenario, 12, 100, seed=3, out=tmp_path, threads=1, progress=stop)
    assert stopped.value.kept >= 5
    folder = stopped.value.folder
    (folder / "samples" / "00001.npy").write_bytes(b"damaged")
    again = play_ranges(scenario, 12, 100, seed=3, out=tmp_path, threads=3)
    assert again.folder == folder
    np.testing.assert_array_equal(again.leakers, played.leakers)
    np.testing.assert_array_equal(again.values, played.values)
    assert (folder / "samples.parquet").read_bytes() == (played.folder / "samples.parquet").read_bytes()
    assert (folder / "ranges.json").read_bytes() == (played.folder / "ranges.json").read_bytes()


def test_fewer_trials_are_the_first_of_more(scenario, played, monkeypatch):
    monkeypatch.setattr(outer_loop, "_leakers", None)
    fewer = play_ranges(scenario, 12, 10, seed=3, out=played.folder.parent)
    np.testing.assert_array_equal(fewer.leakers, played.leakers[:, :10])


def test_samples_that_cannot_be_are_left_out_and_told(scenario, played, monkeypatch):
    def high_pk(systems):
        if (
            dict(figures_of(systems["doubtful-site"]))[
                "fire_unit.weapons.interceptor.pk.strike-aircraft"
            ].value
            > limit
        ):
            yield "too good"

    monkeypatch.setattr(outer_loop, "contradictions", high_pk)
    limit = 0.5
    found = play_ranges(scenario, 12, 100, seed=3, out=played.folder.parent)
    assert (found.values <= 0.5).all()
    assert len(found.left_out) == 6
    assert set(found.left_out.values()) == {"too good"}
    np.testing.assert_array_equal(found.leakers, played.leakers[found.samples])
    limit = 0.3
    with pytest.raises(RempartError, match="too good"):
        play_ranges(scenario, 12, 100, seed=3, out=played.folder.parent)


def test_a_scenario_without_doubts_is_refused(tmp_path):
    with pytest.raises(RempartError, match="none of the figures"):
        play_ranges(scenario_of(FLAT, traffic={}), out=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"samples": 3}, "samples"),
        ({"trials": 1}, "trials"),
        ({"seed": -1}, "seed"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_numbers_are_refused(scenario, tmp_path, options, named):
    with pytest.raises(RempartError, match=named):
        play_ranges(scenario, out=tmp_path, **options)
