"""Laws that the docstrings of the optics state."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.physics import optics

law = settings(deadline=None, max_examples=150)
ROUNDING = 1e-12

areas = st.floats(0.01, 300.0)
distances = st.floats(1.0, 40e3)
rises = st.floats(-500.0, 15e3)
visibilities = st.floats(50.0, 100e3)
more = st.floats(1.0, 20.0)
bands = st.sampled_from(sorted(optics.WAVELENGTHS))
sights = st.builds(
    optics.Sight, st.floats(2e-5, 2e-3), st.sampled_from(sorted(optics.CYCLES_50.values())),
    st.floats(0.05, 1.0), st.floats(0.005, 0.04), st.floats(0.0, 5e-3),
    st.one_of(st.just(math.inf), st.floats(0.0, 60.0)),
)  # fmt: skip


@law
@given(sights, areas, distances, rises, more)
def test_pd_falls_with_distance(sight, area, distance, rise, times):
    near, far = (optics.sight_pd(sight, area, one, rise) for one in (distance, distance * times))
    assert 0.0 <= far <= near + ROUNDING <= 1.0 + 2 * ROUNDING


@law
@given(sights, areas, distances, rises, more)
def test_pd_rises_with_area(sight, area, distance, rise, times):
    small, large = (optics.sight_pd(sight, one, distance, rise) for one in (area, area * times))
    assert small <= large + ROUNDING


@law
@given(sights, areas, distances, rises, st.floats(0.0, 5e3))
def test_pd_rises_with_the_height_of_the_target(sight, area, distance, rise, higher):
    low, high = (optics.sight_pd(sight, area, distance, one) for one in (rise, rise + higher))
    assert low <= high + ROUNDING


@law
@given(sights, areas, distances, rises, st.floats(0.0, 60.0))
def test_a_look_that_stays_sees_no_less(sight, area, distance, rise, glimpse):
    swept, staying = (
        optics.sight_pd(sight._replace(glimpse=one), area, distance, rise) for one in (glimpse, math.inf)
    )
    assert swept <= staying + ROUNDING


@law
@given(sights, areas, distances, rises, visibilities, more, bands)
def test_pd_rises_with_visibility(sight, area, distance, rise, visibility, times, band):
    length = optics.WAVELENGTHS[band]
    dull, fair = (
        optics.sight_pd(sight._replace(extinction=optics.haze_extinction(one, length)), area, distance, rise)
        for one in (visibility, visibility * times)
    )
    assert dull <= fair + ROUNDING


@law
@given(sights, areas, distances, rises, st.floats(0.0, 1.0))
def test_night_is_no_better_than_day(sight, area, distance, rise, share):
    detail = sight.detail / share if share > 0.0 else math.inf
    night = optics.sight_pd(sight._replace(detail=detail), area, distance, rise)
    assert night <= optics.sight_pd(sight, area, distance, rise) + ROUNDING
    assert share > 0.0 or night == 0.0


@law
@given(visibilities, more)
def test_infrared_loses_no_more_than_light(visibility, times):
    light, heat = (optics.haze_extinction(visibility, optics.WAVELENGTHS[b]) for b in ("visual", "infrared"))
    assert heat <= light * (1.0 + ROUNDING)
    assert optics.haze_extinction(visibility * times, 4e-6) <= heat * (1.0 + ROUNDING)


@law
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_the_transfer_function_rises_and_is_a_probability(less, extra):
    low, high = optics.transfer_probability(less), optics.transfer_probability(less + extra)
    assert 0.0 <= low <= high + ROUNDING <= 1.0 + 2 * ROUNDING


@law
@given(st.floats(500.0, 9e3), st.floats(0.1, 1.0), st.floats(-1.0, 1.0), distances, rises, visibilities, more)
def test_lock_falls_with_distance_aspect_and_haze(reach, head_on, cosine, distance, rise, visibility, times):
    clear = optics.haze_extinction(optics.CLEAR_VISIBILITY, 4e-6)

    def held(visibility=visibility, cosine=cosine, distance=distance):
        haze = optics.haze_extinction(visibility, 4e-6)
        lock = optics.Lock(np.array([reach]), head_on, haze, clear, visibility)
        return optics.lock_pd(lock, 0, cosine, distance, rise)

    assert held(distance=distance * times) <= held() + ROUNDING
    assert held(cosine=1.0) <= held() + ROUNDING <= held(cosine=-1.0) + 2 * ROUNDING
    assert held() <= held(visibility=visibility * times) + ROUNDING
