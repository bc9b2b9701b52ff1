"""A scenario small enough to be written down as arrays: two threats, an airliner, one fire unit."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest

from rempart.base.dice import entity_hash
from rempart.engine import world as w
from rempart.events.vehicle_classes import AIRLINER, CRUISE_MISSILE, N_CLASSES
from rempart.geo.frames import mean_radius
from rempart.picture.corridors import CORRIDOR
from rempart.picture.identity import Chances, identity_net
from rempart.run.lowering import Costs

STEP, N_SAMPLES = 5.0, 41
REACH = 30000.0
POLICY = w.Policy(
    weapons_control=1,
    salvo=2,
    max_salvos=2,
    assignment=0,
    association=0,
    link_delay=1.0,
    decision_time=3.0,
    assessment_time=4.0,
    p_kill_seen=0.95,
    p_miss_seen=0.95,
    m_of_n_hits=3,
    m_of_n_looks=5,
    drop_time=20.0,
    identification_time=3.0,
    p_reply=0.98,
    sector_start=0.0,
    sector_width=0.0,
)


COSTS = Costs(np.array([1e5, 1e5]), np.array([1e6, 1e6, np.nan]))


@dataclass(frozen=True)
class StandInNames:
    vehicles: tuple = ("missiles-1", "missiles-2", "airway-1")
    vehicle_groups: tuple = ("missiles", "missiles", "airway")
    vehicle_systems: tuple = ("cruise-missile", "cruise-missile", "airliner")
    assets: tuple = ("refinery", "depot")
    sensors: tuple = ("north/radar",)
    groups: tuple = ("command",)
    units: tuple = ("north-1", "north-2")
    unit_batteries: tuple = ("north", "north")
    unit_systems: tuple = ("stand-in", "stand-in")
    weapons: tuple = ("north-1/missile", "north-2/missile")
    weapon_units: tuple = (0, 1)
    weapon_kinds: tuple = ("missile", "missile")


@dataclass(frozen=True)
class StandInLowered:
    world: w.World
    world_digest: str = "0123456789abcdef"
    names: StandInNames = StandInNames()
    origin_lat: float = math.radians(33.3)
    origin_lon: float = math.radians(44.4)
    scenario: object = None
    origin_height: float = 30.0
    costs: Costs = COSTS
    figures: tuple = (
        {
            "system": "stand-in",
            "path": "pk",
            "value": "0.6",
            "unit": "",
            "grade": "D",
            "citation": "none",
            "sources": [],
        },
    )


class StandInScenario:
    """What the campaign asks of a scenario."""

    traffic: dict = {}  # noqa: RUF012
    duration = None

    def __init__(self, name: str = "stand-in", pk: float = 0.6) -> None:
        self.name, self.pk = name, pk
        self.title, self.question, self.digest = "A stand-in", "Does it hold?", f"stand-in-{pk}"

    def with_source(self, source: object) -> StandInScenario:
        return self

    @property
    def source_text(self) -> str:
        return f"pk: {self.pk}\n"


def filled(dtype: np.dtype, shape: int | tuple, **columns: object) -> np.recarray:
    """Records of the world, column by column."""
    assert set(columns) == set(dtype.names)
    rows = w.records(dtype, shape)
    for name, values in columns.items():
        rows[name] = values
    return rows


def hashes(names: tuple) -> list:
    return [entity_hash(name) for name in names]


def stand_in_world(pk: float) -> w.World:
    """Straight routes from 40 km out; the radar sees all of them, and two fire units share one battery."""
    fall = np.linspace(0.0, 1.0, N_SAMPLES)[:, None]
    ends = np.array([[0.0, 0.0, 100.0], [2000.0, 0.0, 100.0], [-30000.0, 0.0, 9000.0]])
    begins = ends + np.array([[0.0, 40000.0, 400.0], [0.0, 40000.0, 400.0], [40000.0, 0.0, 0.0]])
    positions = np.concatenate(
        [begin + fall * (end - begin) for begin, end in zip(begins, ends, strict=True)]
    )
    first = N_SAMPLES * np.arange(3)[:, None]
    names = StandInNames()
    vehicles = filled(
        w.VEHICLE, 3, vehicle_class=[CRUISE_MISSILE, CRUISE_MISSILE, AIRLINER], is_hostile=[1, 1, 0],
        asset=[0, 1, -1], parent=-1, rcs=[0.3, 0.3, 80.0],
        earliest=0.0, latest=60.0, step=STEP, p_transponder=[0, 0, 1], p_conforms=[0, 0, 1],
        entity=hashes(names.vehicles), swerling=1, jam_density=0.0, emits=0.0,
    )  # fmt: skip
    sensors = filled(
        w.SENSOR, 1, x=0.0, y=0.0, z=10.0, turn=4.0, range_error=50.0, angle_error=0.003, group=0,
        first_feed=0, end_feed=1, first_eye=0, n_eyes=1, mask=0, mask_step=10000.0, march=-1, asset=-1,
        entity=hashes(names.sensors), elevation_error=0.003, rate_error=np.inf, error_snr=0.0,
        range_cell=0.0, azimuth_cell=0.0, elevation_cell=0.0, n_false=0.0, range_min=0.0, range_max=60e3,
        elevation_min=-0.1, elevation_max=1.5, facing=0.0, half_sector=np.pi, range_bias=0.0,
        azimuth_bias=0.0, is_silent=0, jam_gain=0.0, sidelobe=0.0, n_dedicated=0,
        dedicated_turn=np.inf, first_table=-1, baseline=0.0,
    )  # fmt: skip
    units = filled(
        w.UNIT, 2, x=[0.0, 500.0], y=1000.0, z=5.0, group=0, channels=1, reaction=4.0, sensor=0,
        march=-1, pk_moving=1.0, asset=-1,
        first_weapon=[0, 1], end_weapon=[1, 2], reach=REACH, flight_time=REACH / 900.0,
    )  # fmt: skip
    weapons = filled(
        w.WEAPON, 2, unit=[0, 1], range_min=500.0, range_max=REACH, height_min=0.0, height_max=25000.0,
        speed_max=1000.0, rounds=4, reload_time=np.inf, stock=-1, interval=2.0, cost=1e5,
        entity=hashes(names.weapons),
    )  # fmt: skip
    return w.World(
        positions=positions.astype(np.float32),
        routes=filled(w.ROUTE, (3, 1), first=first, count=N_SAMPLES, release=0.0, reachable=7),
        vehicles=vehicles,
        sensors=sensors,
        pd=np.full(3 * N_SAMPLES, 0.8, dtype=np.float32),
        snr=np.full(3 * N_SAMPLES, 20.0, dtype=np.float32),
        pd_over_snr=np.zeros((0, w.N_SNR), dtype=np.float32),
        feeds=filled(w.FEED, 1, group=0, delay=0.0),
        views=filled(w.VIEW, (1, 3, 1), start=first[None], first=0, count=N_SAMPLES),
        masks=np.zeros((1, 8, 8), dtype=np.float32),
        units=units,
        weapons=weapons,
        pk=np.full((2, N_CLASSES, w.N_RANGE_BINS), pk),
        flight_time=np.tile(np.linspace(0.0, REACH / 900.0, w.N_RANGE_BINS + 1), (2, 1)),
        assets=filled(
            w.ASSET, 2, x=ends[:2, 0], y=ends[:2, 1], z=ends[:2, 2], value=[3.0, 1.0], march=-1, p_lost=0.0
        ),
        marches=w.records(w.MARCH, 0),
        march_positions=np.zeros((0, 3)),
        groups=filled(w.GROUP, 1, first_unit=0, end_unit=2),
        corridors=w.records(CORRIDOR, 0),
        corridor_points=np.zeros((0, 3)),
        declaration_delay=np.full((1, 1), np.inf),
        identity=identity_net({"reply": Chances(0.95, 0.02), "conduct": Chances(0.95, 0.05)}, heard=0.98),
        n_slots=3,
        tracker=None,
        policy=POLICY,
        perfect=w.Perfect(False, False, False, False, False, False),
        earth_radius=mean_radius(math.radians(33.3)),
        origin_height=30.0,
        duration=600.0,
        runs_to_end=False,
    )


@pytest.fixture
def scenario(monkeypatch: pytest.MonkeyPatch) -> StandInScenario:
    """A stand-in scenario that lowers to the stand-in world."""
    lowering = ModuleType("rempart.run.lowering")
    lowering.lower = lambda scenario: StandInLowered(stand_in_world(scenario.pk), scenario=scenario)
    monkeypatch.setitem(sys.modules, "rempart.run.lowering", lowering)
    monkeypatch.setattr("rempart.base.kernel.kernel_digest", lambda: "stand-in engine")
    import rempart.scenario.loading as loading

    stand_in = StandInScenario()
    monkeypatch.setattr(loading, "scenario_yaml", lambda scenario: scenario.source_text)
    monkeypatch.setattr(loading, "load_scenario", lambda path: stand_in)
    return stand_in


@pytest.fixture
def lowered(scenario: StandInScenario) -> StandInLowered:
    """What the stand-in scenario lowers to."""
    return StandInLowered(stand_in_world(scenario.pk))
