"""One turn's sheet: how many false plots it holds, where they lie, and what a merged plot says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rempart.base.dice import dice_key
from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.purposes import FALSE_PLOT
from rempart.engine.reporting import HIGHEST_PLOT, report_turn
from rempart.engine.state import new_state
from rempart.events.identities import HOLD
from rempart.events.kinds import PLOT
from world_builder import NOTHING_PERFECT, POLICY, assert_close_to, build_world, played, with_pictures

WATCH = POLICY._replace(weapons_control=HOLD)
N_TURNS = 300


def watch(n_false, reach=60e3, **chosen):
    """A flight far beyond the reach of a radar that sees nothing but what is not there."""
    usual = {"sensor_reach": reach, "policy": WATCH}
    return with_pictures(
        build_world([(9e6, 0.0, 0.0)], [(8e6, 0.0, 0.0)], **(usual | chosen)), n_false=n_false
    )


def sheets(world, n_turns=N_TURNS):
    """The (range, azimuth, elevation) of every plot of each of some turns."""
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    found = []
    for turn in range(n_turns):
        state.searches.look[0] = turn
        n_plots = report_turn(world, state, 0, 0, 4.0 * turn)
        assert (state.sheet.vehicle[:n_plots] == -1).all()
        assert state.sheet.scans.count[0] == n_plots
        found.append(state.sheet.plots.value[:n_plots, :3].copy())
    assert state.trial.false_plots[0] == sum(map(len, found))
    return found


@pytest.mark.parametrize("mean", [0.3, 6.0, 50.0])
def test_the_number_of_false_plots_is_poissons(mean):
    counts = np.array([len(sheet) for sheet in sheets(watch(mean))], float)
    assert_close_to(counts, mean)
    # The variance of a sample variance of n Poisson numbers is about (2 mean² + mean) / n.
    error = math.sqrt((2.0 * mean**2 + mean) / N_TURNS)
    assert abs(counts.var(ddof=1) - mean) < 4.0 * error


def test_the_sheet_never_holds_more_than_it_has_room_for():
    world = watch(200.0)
    world.sensors.n_false = 600.0
    assert {len(sheet) for sheet in sheets(world, 5)} == {256}


def sector(world):
    """A radar that searches from 5 km to 40 km, 90° about east, from 2° below to 30° above the level."""
    radar = world.sensors
    radar.range_min, radar.range_max = 5e3, 40e3
    radar.facing, radar.half_sector = np.pi / 2, np.pi / 4
    radar.elevation_min, radar.elevation_max = np.radians(-2.0), np.radians(30.0)
    return world


def test_false_plots_lie_in_the_coverage_and_fill_it_evenly():
    plots = np.concatenate(sheets(sector(watch(30.0))))
    assert stats.kstest((plots[:, 0] - 5e3) / 35e3, "uniform").pvalue > 1e-3
    assert stats.kstest((plots[:, 1] - np.pi / 4) / (np.pi / 2), "uniform").pvalue > 1e-3
    assert stats.kstest(plots[:, 2] / np.radians(30.0), "uniform").pvalue > 1e-3


def test_false_plots_are_no_higher_than_anything_flies():
    plots = np.concatenate(sheets(watch(30.0, reach=400e3)))
    height = plots[:, 0] * np.sin(plots[:, 2])
    assert (plots[:, 2] >= 0.0).all()
    assert 0.8 * HIGHEST_PLOT < height.max() < HIGHEST_PLOT + 400e3 * 1e-3


def test_a_sensor_without_height_tells_none_of_its_false_plots():
    world = watch(10.0)
    world.sensors.elevation_error = np.inf
    assert np.isnan(np.concatenate(sheets(world, 10))[:, 2]).all()


def test_perfect_detection_sees_what_is_there_and_nothing_else():
    perfect = NOTHING_PERFECT._replace(detection=True)
    world = with_pictures(
        build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], pd=0.3, policy=WATCH, perfect=perfect),
        n_false=50.0,
    )
    found = played(world, 3)
    assert (found.false_plots == 0).all()
    assert (found.detections == found.looks).all()
    assert (found.detections > 50).all()


def test_false_plots_of_a_sensor_are_its_own_dice():
    """Another sensor, and its false plots, change none of the first one's."""
    one = watch(5.0, duration=100.0, runs_to_end=True)
    two = watch(5.0, duration=100.0, runs_to_end=True, sensors=((0.0, 0.0, 0.0), (1e3, 0.0, 0.0)))
    logs = [play_logged(world, 1, 0)[0] for world in (one, two)]
    logs = [log[(log["kind"] == PLOT) & (log["actor"] == 0)] for log in logs]
    assert len(logs[0]) > 50
    np.testing.assert_array_equal(*logs)


def abreast(gap, azimuth=0.0, **chosen):
    """Two flights side by side at 20 km, `gap` apart, coming in from an azimuth."""
    ahead = np.array([np.sin(azimuth), np.cos(azimuth), 0.0])
    aside = 0.5 * gap * np.array([np.cos(azimuth), -np.sin(azimuth), 0.0])
    starts = [30e3 * ahead + side * aside + [0.0, 0.0, 3e3] for side in (-1.0, 1.0)]
    ends = [place - 20e3 * ahead for place in starts]
    usual = {"pd": 1.0, "policy": WATCH, "asset": (9e5, 0.0, 0.0)}
    return build_world(starts, ends, **(usual | chosen))


@pytest.mark.parametrize("azimuth", [0.0, np.pi / 2, np.pi])
def test_a_merged_plot_lies_between_its_echoes(azimuth):
    """Straight to the north, too, where azimuths begin anew."""
    world = with_pictures(abreast(200.0, azimuth), cells=(300.0, 0.05, 0.05))
    events, _, tally = play_logged(world, 1, 0)
    plots = events[events["kind"] == PLOT]
    assert tally.counters[0, 6] == len(plots) > 15
    ahead = plots["x"] * np.sin(azimuth) + plots["y"] * np.cos(azimuth)
    aside = plots["x"] * np.cos(azimuth) - plots["y"] * np.sin(azimuth)
    assert (ahead > 9e3).all()
    assert (np.abs(aside) < 5.0 * 0.003 * 30e3).all()


def test_echoes_farther_apart_than_a_cell_keep_their_plots():
    world = with_pictures(abreast(6e3), cells=(300.0, 0.05, 0.05))
    found = played(world, 2)
    assert (found.unresolved == 0).all()
    assert (found.detections == found.looks).all()


def test_a_state_between_turns_says_what_was_reported():
    world = with_pictures(abreast(6e3), n_false=3.0)
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, 30.0)
    count, sheet = int(state.sheet.scans.count[0]), state.sheet
    assert 2 <= count <= 20
    assert set(sheet.vehicle[:2]) == {0, 1}
    assert (sheet.plots.time[:count] == sheet.scans.time[0]).all()
    assert (sheet.plots.clutter[:count] > 0.0).all()
    assert state.searches.false_key[0] == dice_key(1, 0, world.sensors.entity[0], FALSE_PLOT)
