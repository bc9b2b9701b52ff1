"""Small worlds made from arrays, so that the engine is tested without scenarios or terrain."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import entity_hash
from rempart.engine.play import new_ledger, play_trials
from rempart.engine.sheet import MOST_FALSE_PLOTS
from rempart.engine.state import CODES, COUNTERS, TIMES, new_state
from rempart.engine.world import (
    ASSET,
    ASSOCIATIONS,
    FEED,
    GROUP,
    LEAST_PD,
    MARCH,
    N_RANGE_BINS,
    N_SNR,
    ROUTE,
    SENSOR,
    SNR_FLOOR_DB,
    SNR_STEP_DB,
    TRACK_LINK,
    UNIT,
    VEHICLE,
    VIEW,
    WEAPON,
    Perfect,
    Policy,
    World,
    records,
)
from rempart.events.identities import TIGHT
from rempart.events.vehicle_classes import N_CLASSES, STRIKE_AIRCRAFT
from rempart.picture.corridors import corridor_tables
from rempart.picture.identity import Chances, identity_net
from rempart.picture.settings import tracker_settings
from rempart.run.air_picture import FASTEST, NEVER, models_in_play

POLICY = Policy(
    weapons_control=TIGHT,
    salvo=1,
    max_salvos=3,
    assignment=0,
    association=0,
    link_delay=0.0,
    decision_time=0.0,
    assessment_time=2.0,
    p_kill_seen=1.0,
    p_miss_seen=1.0,
    m_of_n_hits=3,
    m_of_n_looks=5,
    drop_time=20.0,
    identification_time=0.0,
    p_reply=0.98,
    sector_start=0.0,
    sector_width=0.0,
)
IDENTITY = identity_net({"reply": Chances(0.95, 0.02), "conduct": Chances(0.95, 0.05)}, heard=0.98)
"""Whether it ever replied, and whether it behaves."""
NOTHING_PERFECT = Perfect(False, False, False, False, False, False)
ALL_PERFECT = Perfect(True, True, True, True, False, True)


def straight_routes(starts, ends, speed, step=1.0, variants=1):
    """Positions, routes and steps of flights along straight lines to `ends`.

    Each further variant flies another 500 m east of the first.
    """
    paths, steps = [], []
    routes = records(ROUTE, (len(starts), variants))
    routes.reachable[:] = 7
    for vehicle, (start, end) in enumerate(
        zip(np.asarray(starts, float), np.asarray(ends, float), strict=True)
    ):
        duration = np.linalg.norm(end - start) / speed
        n = max(int(np.ceil(duration / step)), 1) + 1
        for variant in range(variants):
            routes.first[vehicle, variant] = sum(len(path) for path in paths)
            routes.count[vehicle, variant] = n
            paths.append(np.linspace(start, end, n) + [500.0 * variant, 0.0, 0.0])
        steps.append(duration / (n - 1))
    return np.concatenate(paths).astype(np.float32), routes, np.array(steps)


def build_world(
    starts,
    ends,
    *,
    speed=250.0,
    earliest=0.0,
    latest=0.0,
    sensors=((0.0, 0.0, 0.0),),
    turn=4.0,
    pd=0.9,
    sensor_reach=150e3,
    units=((0.0, 0.0, 0.0),),
    channels=2,
    rounds=8,
    pk=0.7,
    reach=40e3,
    min_range=0.0,
    interceptor_speed=900.0,
    reaction=5.0,
    reload_time=np.inf,
    hostile=None,
    names=None,
    sensor_names=None,
    policy=POLICY,
    perfect=NOTHING_PERFECT,
    duration=1e9,
    runs_to_end=False,
    flight_time=None,
    asset=(0.0, 0.0, 0.0),
    p_transponder=0.0,
    p_conforms=0.0,
    variants=1,
    angle_error=0.003,
):
    """A world of straight flights, all-round sensors and equal fire units in one group."""
    n = len(starts)
    positions, routes, steps = straight_routes(starts, ends, speed, variants=variants)
    hostile = np.ones(n, int) if hostile is None else np.asarray(hostile, int)
    vehicles = records(VEHICLE, n)
    vehicles.vehicle_class, vehicles.is_hostile = STRIKE_AIRCRAFT, hostile
    vehicles.asset, vehicles.step = np.where(hostile, 0, -1), steps
    vehicles.parent, vehicles.rcs = -1, 5.0
    vehicles.earliest, vehicles.latest = earliest, latest
    vehicles.p_transponder, vehicles.p_conforms = p_transponder, p_conforms
    vehicles.entity = hashes(names or [f"threat-{i}" for i in range(n)])
    radars = _placed(SENSOR, sensors)
    radars.turn, radars.range_error, radars.angle_error, radars.mask_step = turn, 50.0, angle_error, 1e6
    radars.first_feed, radars.end_feed = np.arange(len(sensors)), np.arange(len(sensors)) + 1
    radars.first_eye, radars.n_eyes = np.arange(len(sensors)), 1
    radars.march, radars.asset = -1, -1
    radars.elevation_error, radars.rate_error, radars.dedicated_turn = angle_error, np.inf, np.inf
    radars.range_max, radars.half_sector, radars.first_table = sensor_reach, np.pi, -1
    radars.elevation_min, radars.elevation_max = -np.pi / 2, np.pi / 2
    radars.entity = hashes(sensor_names or [f"radar-{i}" for i in range(len(sensors))])
    table, views = _views(positions, routes, radars, sensor_reach, pd)
    fire_units = _placed(UNIT, units)
    fire_units.channels, fire_units.reaction, fire_units.sensor = channels, reaction, -1
    fire_units.march, fire_units.pk_moving, fire_units.asset = -1, 1.0, -1
    fire_units.reach = reach
    fire_units.flight_time = reach / interceptor_speed if flight_time is None else flight_time
    fire_units.first_weapon, fire_units.end_weapon = np.arange(len(units)), np.arange(len(units)) + 1
    weapons = records(WEAPON, len(units))
    weapons.unit, weapons.range_min, weapons.range_max = np.arange(len(units)), min_range, reach
    weapons.height_min, weapons.height_max, weapons.speed_max = -1e5, 1e5, 1e4
    weapons.rounds, weapons.reload_time, weapons.interval = rounds, reload_time, 1.0
    weapons.stock, weapons.cost = -1, 1e5
    weapons.entity = hashes([f"weapon-{i}" for i in range(len(units))])
    edges = np.linspace(0.0, 1.0, N_RANGE_BINS + 1)
    times = edges * (reach / interceptor_speed if flight_time is None else flight_time)
    assets, groups = _placed(ASSET, [asset]), records(GROUP, 1)
    assets.value, assets.march, assets.p_lost = 1.0, -1, 1.0
    groups.end_unit = len(units)
    return World(
        positions=positions,
        routes=routes,
        vehicles=vehicles,
        sensors=radars,
        pd=table,
        snr=np.zeros_like(table),
        pd_over_snr=np.zeros((0, N_SNR), np.float32),
        feeds=records(FEED, len(sensors)),
        views=views,
        masks=np.full((1, 8, 4), -1e9, np.float32),
        units=fire_units,
        weapons=weapons,
        pk=np.full((len(units), N_CLASSES, N_RANGE_BINS), float(pk)),
        flight_time=np.tile(times, (len(units), 1)),
        assets=assets,
        marches=records(MARCH, 0),
        march_positions=np.zeros((0, 3)),
        groups=groups,
        corridors=corridor_tables([])[0],
        corridor_points=np.zeros((0, 3)),
        declaration_delay=np.full((1, 1), np.inf),
        identity=IDENTITY,
        n_slots=n,
        tracker=None,
        policy=_typed(policy),
        perfect=perfect,
        earth_radius=6371000.0,
        origin_height=0.0,
        duration=float(duration),
        runs_to_end=runs_to_end,
        track_links=records(TRACK_LINK, 0),
    )


def in_groups(world, sensors, units, feeds=()):
    """The same world with its sensors and fire units, in order, in the groups of these numbers.

    `feeds` are (sensor, group, delay [s]) beyond each sensor's own group.
    """
    radars, fire_units = world.sensors.copy(), world.units.copy()
    radars.group, fire_units.group = sensors, units
    rows = []
    for sensor, group in enumerate(sensors):
        radars.first_feed[sensor] = len(rows)
        rows += [(group, 0.0, 0.0, 0), *((fed, delay, 0.0, 0) for who, fed, delay in feeds if who == sensor)]
        radars.end_feed[sensor] = len(rows)
    table, groups = records(FEED, len(rows)), records(GROUP, max([*sensors, *units]) + 1)
    table[:] = rows
    for group in set(units):
        members = np.flatnonzero(fire_units.group == group)
        groups[group] = (members[0], members[-1] + 1)
    delays = np.full((len(groups), len(groups)), np.inf)
    return world._replace(
        sensors=radars, units=fire_units, feeds=table, groups=groups, declaration_delay=delays
    )


def with_pictures(world, association="gnn", *, n_false=0.0, cells=None, n_slots=None, **chosen):
    """The same world in which plots must find their tracks by themselves.

    Every sensor sends `n_false` false plots a turn, of which a few may become tracks, and makes one plot of
    echoes within one cell (range [m], azimuth, elevation [rad]; its own where none is given).
    """
    radars, n = world.sensors.copy(), len(world.vehicles)
    radars.n_false = n_false
    if cells is not None:
        radars.range_cell, radars.azimuth_cell, radars.elevation_cell = cells
    if n_slots is None:
        n_slots = 2 * n + 32 + 6 * math.ceil(n_false * len(radars))
    policy = _typed(world.policy._replace(association=ASSOCIATIONS.index(association)))
    tracker = tracker_settings(
        models_in_play(), association=association,
        n_hits=policy.m_of_n_hits, n_looks=policy.m_of_n_looks, drop_time=policy.drop_time,
        most_misses=NEVER, fastest=FASTEST, most_tracks=n_slots, most_plots=n + MOST_FALSE_PLOTS,
        **chosen,
    )  # fmt: skip
    return world._replace(sensors=radars, n_slots=n_slots, tracker=tracker, policy=policy)


def on_the_march(
    world, places, *, sensor=None, unit=None, asset=None, start=0.0, step=10.0, sees=(150e3, 0.9)
):
    """The same world with a sensor, a fire unit and an asset on one march; a sensor `sees` (reach, pd)."""
    march = len(world.marches)
    marches, ways = records(MARCH, march + 1), np.asarray(places, float)
    marches[:march] = world.marches
    marches[march] = (len(world.march_positions), len(ways), start, step)
    tables = {"sensors": sensor, "units": unit, "assets": asset}
    changed = {name: getattr(world, name).copy() for name in tables}
    for name, row in tables.items():
        if row is not None:
            changed[name].march[row] = march
    ways_now = np.concatenate([world.march_positions, ways])
    world = world._replace(marches=marches, march_positions=ways_now, **changed)
    return world if sensor is None else _with_eyes(world, sensor, ways, *sees)


def _with_eyes(world, sensor, ways, reach, pd):
    eyes = _placed(SENSOR, ways)
    table, views = _views(world.positions, world.routes, eyes, reach, pd)
    views.start += len(world.pd)
    world.sensors.first_eye[sensor], world.sensors.n_eyes[sensor] = len(world.views), len(ways)
    world.sensors.mask[sensor] = len(world.masks)
    return world._replace(
        pd=np.concatenate([world.pd, table]),
        snr=np.concatenate([world.snr, np.zeros_like(table)]),
        views=np.concatenate([world.views, views]).view(np.recarray),
        masks=np.concatenate([world.masks, np.repeat(world.masks[:1], len(ways), axis=0)]),
    )


class Played(dict):
    """Columns of a ledger and a tally by name: (n_trials, n_vehicles), (n_trials, n_weapons), (n_trials,)."""

    __getattr__ = dict.__getitem__


def played(world, n_trials, seed=1, first_trial=0, state=None):
    """Play trials; what the ledger and the tally then hold."""
    ledger, tally = new_ledger(world, n_trials)
    play_trials(world, new_state(world) if state is None else state, seed, first_trial, ledger, tally)
    return columns(ledger, tally)


def columns(ledger, tally):
    """The columns of a ledger and its tally, by name."""
    n_trials = len(tally.counters)
    found = Played(rounds=tally.rounds)
    for names, table in ((TIMES, ledger.times), (CODES, ledger.codes)):
        for column, name in enumerate(names):
            found[name] = table[:, column].reshape(n_trials, -1)
    found.update({name: tally.counters[:, column] for column, name in enumerate(COUNTERS)})
    return found


def assert_same(found, expected):
    """Two sets of columns hold the same bytes."""
    assert found.keys() == expected.keys()
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


def assert_close_to(sample, expected, n_errors=4.0):
    """The mean of independent values lies within `n_errors` standard errors of what it should be."""
    sample = np.asarray(sample, float)
    error = sample.std(ddof=1) / np.sqrt(sample.size)
    assert error > 0.0
    assert abs(sample.mean() - expected) <= n_errors * error, (sample.mean(), expected, error)


def ring(n, radius, height):
    """Places evenly on a circle about the origin."""
    angle = 2.0 * np.pi * np.arange(n) / n
    return np.c_[radius * np.cos(angle), radius * np.sin(angle), np.full(n, float(height))]


def only_in_view(world, first, count):
    """Cut what every sensor sees of every route to `count` samples from `first` on."""
    world.views.start += first - world.views.first
    world.views.first[:], world.views.count[:] = first, count


def hashes(names):
    """Dice keys of some names."""
    return np.array([entity_hash(name) for name in names], np.uint64)


def _typed(policy):
    """Numbers of the declared types, so that a policy never makes the kernels compile again."""
    return Policy(*(type(usual)(value) for usual, value in zip(POLICY, policy, strict=True)))


def _placed(dtype, places):
    table = records(dtype, len(places))
    table.x, table.y, table.z = np.asarray(places, float).T
    return table


def _views(positions, routes, radars, reach, pd):
    views, table = records(VIEW, (len(radars), *routes.shape)), [np.zeros(1)]
    for sensor, radar in enumerate(radars):
        for vehicle, variant in np.ndindex(routes.shape):
            first, count = routes.first[vehicle, variant], routes.count[vehicle, variant]
            offsets = positions[first : first + count] - [radar.x, radar.y, radar.z]
            inside = np.linalg.norm(offsets, axis=1) <= reach
            seen = np.flatnonzero(inside)
            if seen.size:
                rows = np.where(inside[seen[0] : seen[-1] + 1], pd, 0.0)
                view = (sum(map(len, table)), seen[0], len(rows))
                views[sensor, vehicle, variant] = view
                table.append(rows)
    return np.concatenate(table).astype(np.float32), views


def with_radars(world, strength, pfa=1e-6):
    """The same world with its sensors as radars: S/N = `strength` [m⁴] / R⁴, one fluctuation case for all.

    A target of Swerling's case 1 is seen in one look with probability pfa^(1/(1 + S/N)).
    """
    sensors, vehicles = world.sensors.copy(), world.vehicles.copy()
    sensors.first_table, vehicles.swerling = 0, 1
    grid = 10.0 ** (0.1 * (SNR_FLOOR_DB + SNR_STEP_DB * np.arange(N_SNR)))
    pd, snr = world.pd.copy(), world.snr.copy()
    for (sensor, vehicle, variant), view in np.ndenumerate(world.views):
        first = world.routes["first"][vehicle, variant] + view["first"]
        radar = sensors[sensor]
        offset = world.positions[first : first + view["count"]] - [radar.x, radar.y, radar.z]
        rows = slice(view["start"], view["start"] + view["count"])
        snr[rows] = strength / np.maximum(np.linalg.norm(offset, axis=1), 1.0) ** 4
        pd[rows] = pfa ** (1.0 / (1.0 + snr[rows]))
    pd[pd < LEAST_PD] = 0.0
    table = np.tile(pfa ** (1.0 / (1.0 + grid)), (5, 1)).astype(np.float32)
    return world._replace(sensors=sensors, vehicles=vehicles, pd=pd, snr=snr, pd_over_snr=table)
