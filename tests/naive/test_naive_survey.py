"""A plain twin of the survey: objects, tracks and errors of small raids, counted again in plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.analysis.point_sets import gospa
from rempart.engine.play import advance, begin_trial
from rempart.engine.scorecard import SCORES, survey_interval
from rempart.engine.state import FIRM, FLYING, OPEN, new_state
from rempart.engine.survey import CUTOFF
from rempart.engine.truth import true_position, true_velocity
from rempart.events.identities import HOSTILE, UNKNOWN
from rempart.picture.tracker import POSITION, TIME, VELOCITY
from world_builder import POLICY, build_world, in_groups, ring

TWINNED = (
    "objects", "held", "tracks", "following", "position_error", "height_error", "velocity_error",
    "right", "wrong", "undecided", "changes", "longest", "gospa", "moments",
)  # fmt: skip


def raid(seed):
    """Eight flights, two of them of friends, past two radars of two groups, one of which hears both."""
    rng = np.random.default_rng(seed)
    starts = ring(8, 70e3, 5e3) + rng.normal(0.0, 3e3, (8, 3))
    ends = -starts * [0.3, 0.3, -1.0]
    sensors = ((0.0, 0.0, 0.0), (25e3, 10e3, 0.0))
    world = build_world(
        starts, ends, sensors=sensors, units=sensors, pd=0.6, pk=0.4, latest=60.0, sensor_reach=55e3,
        hostile=[1, 1, 1, 0, 1, 1, 0, 1], p_transponder=0.5, p_conforms=0.5, variants=2,
        policy=POLICY._replace(p_miss_seen=0.6, drop_time=15.0), duration=400.0, runs_to_end=True,
    )  # fmt: skip
    return in_groups(world, [0, 1], [0, 1], feeds=[(1, 0, 1.0)])


def sees(world, state, sensor, vehicle, now):
    """Whether a look now could detect the vehicle."""
    variant = state.flights.variant[vehicle]
    view = world.views[world.sensors.first_eye[sensor], vehicle, variant]
    row = int((now - state.flights.takeoff[vehicle]) / world.vehicles.step[vehicle]) - view.first
    return 0 <= row < view.count and world.pd[view.start + row] > 0.0


def objects_of(world, state, group, now):
    feeds = {
        sensor
        for sensor, radar in enumerate(world.sensors)
        if group in world.feeds.group[radar.first_feed : radar.end_feed]
    }
    flying = np.flatnonzero(state.flights.status == FLYING)
    return [vehicle for vehicle in flying if any(sees(world, state, s, vehicle, now) for s in feeds)]


def tracks_of(world, state, group, now):
    """(vehicle, number of the track, place, velocity, identity) of each track of a group's picture."""
    found = []
    for slot in range(world.n_slots):
        case, row = state.cases[group * world.n_slots + slot], state.tracks[group * world.n_slots + slot]
        age = now - row[TIME]
        if case.status == FIRM and case.settled == OPEN and age <= world.policy.drop_time:
            velocity = row[VELOCITY : VELOCITY + 3]
            place = row[POSITION : POSITION + 3] + age * velocity
            found.append((int(case.vehicle), int(case.n_starts), place, velocity, int(case.identity)))
    return found


class Twin:
    """The books of one group."""

    def __init__(self):
        self.sums = dict.fromkeys(TWINNED, 0.0)
        self.holders, self.runs, self.longest = {}, {}, {}

    def enter(self, world, state, group, now):
        objects = objects_of(world, state, group, now)
        flying = set(np.flatnonzero(state.flights.status == FLYING))
        tracks = [t for t in tracks_of(world, state, group, now) if t[0] in objects or t[0] not in flying]
        self.add(objects=len(objects), tracks=len(tracks))
        if objects or tracks:
            truth = np.array([true_position(world, state, v, now)[:2] for v in objects]).reshape(-1, 2)
            believed = np.array([t[2][:2] for t in tracks]).reshape(-1, 2)
            self.add(moments=1, gospa=gospa(truth, believed, CUTOFF, 2.0).distance)
        for vehicle, number, place, velocity, identity in tracks:
            if vehicle in objects:
                self.follow(world, state, now, vehicle, (place, velocity, identity))
                self.hold(vehicle, number)

    def follow(self, world, state, now, vehicle, told):
        place, velocity, identity = told
        off = place - true_position(world, state, vehicle, now)
        fast = velocity - true_velocity(world, state, vehicle, now)
        self.add(following=1, position_error=np.hypot(*off[:2]), height_error=abs(off[2]))
        self.add(velocity_error=np.hypot(*fast[:2]))
        is_right = (identity == HOSTILE) == bool(world.vehicles.is_hostile[vehicle])
        self.add(**{"undecided" if identity == UNKNOWN else "right" if is_right else "wrong": 1})

    def hold(self, vehicle, number):
        """Where association is known a vehicle has one track at most."""
        if self.holders.get(vehicle, number) != number:
            self.add(changes=1)
            self.runs[vehicle] = 0
        self.holders[vehicle] = number
        self.runs[vehicle] = self.runs.get(vehicle, 0) + 1
        longest = max(self.longest.get(vehicle, 0), self.runs[vehicle])
        self.add(held=1, longest=longest - self.longest.get(vehicle, 0))
        self.longest[vehicle] = longest

    def add(self, **more):
        for name, value in more.items():
            self.sums[name] += value


@pytest.mark.parametrize("seed", range(4))
def test_the_survey_counts_as_its_plain_twin(seed):
    world = raid(seed)
    state, interval = new_state(world), survey_interval(world)
    begin_trial(world, state, seed, 3)
    twins = [Twin() for _ in world.groups]
    now = interval
    while advance(world, state, now) == 0 or now <= world.duration:
        if (state.flights.status == FLYING).any():
            for group, twin in enumerate(twins):
                twin.enter(world, state, group, now)
        now += interval
    for group, twin in enumerate(twins):
        found = dict(zip(SCORES, state.card.sums[group], strict=True))
        assert {name: found[name] for name in TWINNED} == pytest.approx(twin.sums, rel=1e-9), group
    assert all(twin.sums["held"] > 10 for twin in twins)
    assert sum(twin.sums["wrong"] + twin.sums["undecided"] for twin in twins) > 0
