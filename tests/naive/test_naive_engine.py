"""Plain twins of the agenda, the tracker and the register of looks, on random inputs."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from rempart.engine.agenda import cancel, clear_agenda, new_agenda, schedule
from rempart.picture.tracker import (
    ACCELERATION_DENSITY,
    COVARIANCE,
    FIRST_SPEED_VARIANCE,
    POSITION,
    TRACK_SIZE,
    VAR_POSITION,
    VAR_VELOCITY,
    VELOCITY,
    is_confirmed,
    predicted_variances,
    shifted_register,
    start_track,
    track_position,
    track_velocity,
    update_track,
)


class NaiveAgenda:
    """A dictionary of appointments and, to serve them, a heap made anew."""

    def __init__(self):
        self.times = {}

    def served(self):
        heap = [(time, slot) for slot, time in self.times.items()]
        heapq.heapify(heap)
        return [heapq.heappop(heap) for _ in range(len(heap))]


def served(agenda):
    """What the agenda serves, in order, until it is empty."""
    order = []
    while agenda.size[0] > 0:
        order.append((float(agenda.time[0]), int(agenda.slot[0])))
        cancel(agenda, agenda.slot[0])
    return order


@pytest.mark.parametrize("seed", range(20))
def test_the_agenda_serves_as_a_heap_would(seed):
    rng = np.random.default_rng(seed)
    n_slots = int(rng.integers(1, 40))
    agenda, twin = new_agenda(n_slots), NaiveAgenda()
    for _ in range(300):
        slot = int(rng.integers(n_slots))
        if rng.random() < 0.3:
            cancel(agenda, slot)
            twin.times.pop(slot, None)
        else:
            time = float(rng.integers(0, 12)) if rng.random() < 0.7 else float(rng.uniform(0.0, 12.0))
            schedule(agenda, slot, time)
            twin.times[slot] = time
        assert agenda.size[0] == len(twin.times)
        if twin.times:
            assert (agenda.time[0], agenda.slot[0]) == twin.served()[0]
    for slot in range(n_slots):
        place = agenda.place[slot]
        assert (place >= 0) == (slot in twin.times)
        assert place < 0 or (agenda.slot[place] == slot and agenda.time[place] == twin.times[slot])
    assert served(agenda) == twin.served()
    assert (agenda.place == -1).all()


def test_a_cleared_agenda_is_a_new_one():
    agenda = new_agenda(5)
    for slot in range(5):
        schedule(agenda, slot, 5.0 - slot)
    clear_agenda(agenda)
    assert served(agenda) == []
    schedule(agenda, 3, 1.0)
    assert served(agenda) == [(1.0, 3)]


class NaiveFilter:
    """One axis of a nearly-constant-velocity Kalman filter, in matrices (Joseph form)."""

    def __init__(self, place, variance):
        self.state = np.array([place, 0.0])
        self.cover = np.diag([variance, FIRST_SPEED_VARIANCE])

    def update(self, interval, place, variance):
        carry = np.array([[1.0, interval], [0.0, 1.0]])
        noise = ACCELERATION_DENSITY * np.array(
            [[interval**3 / 3, interval**2 / 2], [interval**2 / 2, interval]]
        )
        state, cover = carry @ self.state, carry @ self.cover @ carry.T + noise
        seen = np.array([[1.0, 0.0]])
        gain = cover @ seen.T / (seen @ cover @ seen.T + variance)
        self.state = state + (gain * (place - state[0])).ravel()
        rest = np.eye(2) - gain @ seen
        self.cover = rest @ cover @ rest.T + gain @ gain.T * variance


@pytest.mark.parametrize("seed", range(10))
def test_the_tracker_filters_as_matrices_do(seed):
    rng = np.random.default_rng(seed)
    tracks, row = np.zeros((3, TRACK_SIZE)), 1
    time = float(rng.uniform(0.0, 100.0))
    plot, variance = rng.normal(0.0, 5e4, 3), rng.uniform(1.0, 1e5, 3)
    start_track(tracks, row, time, tuple(plot), tuple(variance))
    twins = [NaiveFilter(plot[axis], variance[axis]) for axis in range(3)]
    for _ in range(25):
        interval = float(rng.choice([0.0, rng.uniform(0.1, 12.0)], p=[0.1, 0.9]))
        time += interval
        plot, variance = plot + rng.normal(0.0, 2e3, 3), rng.uniform(1.0, 1e5, 3)
        update_track(tracks, row, time, tuple(plot), tuple(variance))
        for axis, twin in enumerate(twins):
            twin.update(interval, plot[axis], variance[axis])
            columns = (POSITION, VELOCITY, VAR_POSITION, COVARIANCE, VAR_VELOCITY)
            found = [tracks[row, column + axis] for column in columns]
            cover = twin.cover
            expected = [*twin.state, cover[0, 0], cover[0, 1], cover[1, 1]]
            np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-6)
    assert not tracks[[0, 2]].any()
    ahead = track_position(tracks, row, time + 3.0)
    expected = tracks[row, POSITION : POSITION + 3] + 3.0 * np.array(track_velocity(tracks, row))
    np.testing.assert_allclose(ahead, expected)


def test_variances_carried_over_two_intervals_are_those_of_their_sum():
    at_once = predicted_variances(7.0, 90.0, 12.0, 40.0)
    in_steps = predicted_variances(4.5, *predicted_variances(2.5, 90.0, 12.0, 40.0))
    np.testing.assert_allclose(in_steps, at_once, rtol=1e-12)


@pytest.mark.parametrize(("m", "n"), [(3, 5), (2, 2), (1, 4), (4, 6)])
def test_the_register_counts_the_last_looks(m, n):
    rng = np.random.default_rng(m * 10 + n)
    register, looks = 0, []
    for _ in range(500):
        looks.append(int(rng.random() < 0.5))
        register = int(shifted_register(register, looks[-1], n))
        assert bool(is_confirmed(register, m, n)) == (sum(looks[-n:]) >= m)
        assert 0 <= register < 1 << n
