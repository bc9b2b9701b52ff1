"""Published and independently recomputed figures of the physics, one test a case."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from rempart.physics import detection, engagement, intercept, propagation, radar
from rempart.physics.atmosphere import geopotential_height, standard_air, true_airspeed
from rempart.physics.lethality import salvo_pk

STOCK = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "physics_cases.json"
TOPICS = (
    "radar_range_equation", "detection_probability", "detection_approximations",
    "m_of_n_and_cumulative", "propagation", "standard_atmosphere", "engagement_probability",
    "engagement_timeline",
)  # fmt: skip
ALSO = ("loss-channel-leakage", "saturation-below", "two-independent-layers", "four-layers")


def db(ratio):
    return 10.0 * math.log10(ratio)


def ratio(decibels):
    return 10.0 ** (decibels / 10.0)


def equation(i):
    gain = i.get("gain_dB")
    return radar.RadarEquation(
        i["peak_power_W"], i["pulse_width_s"], i["frequency_Hz"],
        ratio(i.get("gain_tx_dB", gain)), ratio(i.get("gain_rx_dB", gain)),
        i["system_temperature_K"], ratio(i["loss_dB"]),
    )  # fmt: skip


def radar_equation(i):
    if "parameter" in i:
        return {"range_ratio": scaled_range(i["parameter"], i["factor"])}
    found = equation(i)
    if "required_snr_dB" in i:
        return {"max_range_m": radar.max_range(found, i["rcs_m2"], ratio(i["required_snr_dB"]))}
    snr = radar.bistatic_snr(found, i["rcs_m2"], i["range_tx_m"], i["range_rx_m"])
    return {"snr_dB": db(snr)}


def scaled_range(parameter, factor):
    plain = radar.RadarEquation(1e6, 1e-6, 3e9, 1e3, 1e3, 300.0, 2.0)
    scaled = plain._replace(peak_power=1e6 * factor) if parameter == "transmit power" else plain
    rcs = factor if parameter == "RCS" else 1.0
    return radar.max_range(scaled, rcs, 20.0) / radar.max_range(plain, 1.0, 20.0)


def detection_cases(i):
    if "order" in i:
        return {"Q": detection.marcum_q(i["a"], i["b"], i["order"])}
    if str(i.get("detector", "")).startswith("coherent"):
        return {"pd": detection.coherent_pd(ratio(i["snr_dB"]), i["pfa"])}
    if "swerling_case" not in i:
        return thresholds(i)
    n, swerling = i["n_pulses"], i["swerling_case"]
    if "pd" in i:
        return {"snr_dB": db(detection.required_snr(i["pd"], i["pfa"], n, swerling))}
    level = detection.threshold(i["pfa"], n)
    return {"pd": detection.detection_probability(ratio(i["snr_per_pulse_dB"]), level, n, swerling)}


def thresholds(i):
    if i.get("detector") == "real":
        pytest.skip("a coherent detector of real samples is not modelled; radars here are complex")
    return {"threshold_over_noise": detection.threshold(i["pfa"], i["n_pulses"])}


def approximations(i):
    if "swerling_case" not in i:
        return {"snr_dB": detection.albersheim_snr_db(i["pd"], i["pfa"], i["n_pulses"])}
    arguments = i["pd"], i["pfa"], i["n_pulses"], i["swerling_case"]
    return {
        "snr_dB": detection.shnidman_snr_db(*arguments),
        "exact_snr_dB": db(detection.required_snr(*arguments)),
    }


def chains(i):
    if "scan_phase" in i:
        return {"p_cumulative": approach(i)}
    if "p_per_scan" in i:
        return {"p_cumulative": detection.cumulative_pd(np.full(i["n_scans"], i["p_per_scan"]))}
    if "n_scans" in i:
        started = detection.sliding_m_of_n(i["m"], i["n"], np.full(i["n_scans"], i["p_single"]))
        return {"p_confirm_by_last_scan": started[-1]}
    return {"p_declare": detection.m_of_n(i["m"], i["n"], i["p_single"])}


def approach(i):
    """Mean over the phase of the scan of the chance to detect a target that comes closer."""
    snr = ratio(i["snr_at_reference_dB"])
    level = detection.threshold(i["pfa"], 1)
    search = radar.SearchRadar(i["reference_range_m"], 1.0, snr, level, 1)
    stride = i["speed_m_s"] * i["scan_period_s"]
    phases = (np.arange(2000) + 0.5) / 2000
    total = 0.0
    for phase in phases:
        ranges = np.arange(i["start_range_m"] - phase * stride, i["end_range_m"], -stride)
        looks = [radar.look_pd(search, r, 1.0, 0.0, i["swerling_case"]) for r in ranges]
        total += detection.cumulative_pd(np.array(looks))
    return total / len(phases)


def propagation_cases(i):
    if "dry_pressure_Pa" in i:
        oxygen, vapour = (1e3 * part for part in propagation.gas_attenuation_db(i["frequency_Hz"]))
        return {"oxygen_dB_per_km": oxygen, "vapour_dB_per_km": vapour, "total_dB_per_km": oxygen + vapour}
    if "rain_rate_mm_per_h" in i:
        return rain(i)
    if "nu" in i:
        return {"loss_P526_dB": propagation.knife_edge_loss_db(i["nu"])}
    if "pressure_hPa" in i:
        air = i["pressure_hPa"] * 100, i["temperature_K"], i["vapour_density_kg_m3"]
        return {"refractivity_N": propagation.refractivity(*air)}
    if "distance_m" in i:
        return {"free_space_loss_dB": propagation.free_space_loss_db(i["frequency_Hz"], i["distance_m"])}
    return reflection(i)


def rain(i):
    path = math.radians(i["path_elevation_deg"]), math.radians(i["polarisation_tilt_deg"])
    k, alpha = propagation.rain_coefficients(i["frequency_Hz"], *path)
    rate = i["rain_rate_mm_per_h"] * 1e-3 / 3600
    loss = propagation.rain_attenuation_db(i["frequency_Hz"], rate, *path)
    return {"k": k, "alpha": alpha, "specific_attenuation_dB_per_km": loss * 1e3}


def reflection(i):
    if "ground_range_m" in i:
        heights = i["radar_height_m"], i["target_height_m"]
        arguments = i["frequency_Hz"], *heights, i["ground_range_m"], i["reflection_coefficient"]
        factor = propagation.two_ray_factor(*arguments)
        return {"pattern_propagation_factor": factor, "F4_dB": 4 * db(factor)}
    peak, null = propagation.lobe_elevations(i["frequency_Hz"], i["antenna_height_m"])
    far = 1e6
    heights = i["antenna_height_m"], far * math.tan(peak)
    best = propagation.two_ray_factor(i["frequency_Hz"], *heights, far, i["reflection_coefficient"])
    return {
        "first_maximum_elevation_deg": math.degrees(peak),
        "first_null_above_horizon_deg": math.degrees(null),
        "max_F": best,
        "max_two_way_gain_dB": 4 * db(best),
    }


def atmosphere(i):
    if "mach" in i:
        return {"true_airspeed_m_s": true_airspeed(i["mach"], i["geopotential_altitude_m"])}
    height = i.get("geopotential_altitude_m")
    height = geopotential_height(i["geometric_altitude_m"]) if height is None else height
    air = standard_air(height)
    return {
        "geopotential_altitude_m": height,
        "temperature_K": air.temperature,
        "pressure_Pa": air.pressure,
        "density_kg_m3": air.density,
        "speed_of_sound_m_s": air.sound_speed,
    }


def single_engagements(i):
    if "n_shots" in i:
        kill = salvo_pk(i["sspk"], i["n_shots"])
        return {"p_kill": kill, "p_leak": 1.0 - kill}
    if "salvo_sizes" in i:
        leak, shots = engagement.shoot_look_shoot(i["salvo_sizes"], i["sspk"])
        return {"p_leak": leak, "expected_shots": shots}
    if "max_shots" in i:
        seen = i["p_declare_kill_given_kill"], 1.0 - i["p_declare_kill_given_alive"]
        leak, shots = engagement.shoot_look_shoot([1] * i["max_shots"], i["sspk"], *seen)
        return {"p_leak": leak, "expected_shots": shots}
    if "cep_m" in i:
        arguments = i["lethal_radius_m"], i["cep_m"], i["aim_offset_m"]
        return {"p_hit": engagement.cookie_cutter_pk(*arguments)}
    arguments = i["sweep_width_m"], i["speed_m_s"], i["time_s"], i["area_m2"]
    return {"p_detect": engagement.random_search_pd(*arguments)}


def layers(i):
    pk = i.get("layer_pk") or i.get("layer_sspk")
    leak = engagement.layered_leakage(pk, i.get("layer_shots"))
    n = i.get("attackers", 1)
    return {
        "p_kill": 1.0 - leak,
        "p_leak": leak,
        "mean_leakers": n * leak,
        "sd_leakers": math.sqrt(n * leak * (1.0 - leak)),
        "p_no_leak": engagement.p_no_leak(n, 1.0 - leak),
    }


def raids(i):
    if "rounds" in i:
        arguments = i["attackers"], i["interceptors"], i["rounds"], i["sspk"]
        return {"mean_leakers": engagement.raid_leakers(*arguments)}
    arguments = i["attackers"], i["interceptors"], i["sspk"]
    return {
        "mean_leakers_uncoordinated_random": engagement.uncoordinated_leakers(*arguments),
        "mean_leakers_even_coordinated": engagement.coordinated_leakers(*arguments),
    }


def wilkening(i):
    n = i["warheads"]
    if "p_no_leak" in i:
        return {"required_warhead_kill_probability": engagement.required_p_kill(n, i["p_no_leak"])}
    kill = salvo_pk(i["sspk"], i["shots_per_warhead"])
    seen = i["p_detect_track_classify"]
    return {
        "p_no_leak_independent_track": engagement.p_no_leak(n, kill, p_each=seen),
        "p_no_leak_common_mode_track": engagement.p_no_leak(n, kill, p_common=seen),
        "interceptors": n * i["shots_per_warhead"],
        "mean_leakers": n * (1.0 - seen * kill),
    }


def engagements(i):
    if "layer_pk" in i or "layer_sspk" in i:
        return layers(i)
    if "warheads" in i:
        return wilkening(i)
    return raids(i) if "interceptors" in i else single_engagements(i)


def timeline(i):
    delays = i["reaction_time_s"], i["assess_reload_time_s"]
    speeds = i["target_speed_m_s"], i["interceptor_speed_m_s"]
    ranges = engagement.depth_of_fire(i["detection_range_m"], *speeds, delays, i["min_intercept_range_m"])
    assert ranges == pytest.approx(stepwise_intercepts(i), rel=1e-6)
    return {"n_engagements": len(ranges), "intercept_ranges_m": ranges}


def stepwise_intercepts(i):
    """The same intercepts, each found by the search that the simulator uses."""
    reach = 40e3
    table = intercept.flight_time_table(reach, i["interceptor_speed_m_s"], 0.0, 1.0, 64)
    place, delay, ranges = i["detection_range_m"], i["reaction_time_s"], []
    while True:
        motion = intercept.Motion(place, 0.0, 0.0, -i["target_speed_m_s"], 0.0, 0.0, 0.0)
        place = intercept.intercept(motion, delay, 0.0, reach, table).range
        if place < i["min_intercept_range_m"]:
            return ranges
        ranges.append(place)
        delay = i["assess_reload_time_s"]


def system_limits(i):
    if "arrival_rate_per_s" in i:
        load = i["arrival_rate_per_s"] * i["engagement_time_s"]
        lost = engagement.erlang_b(i["channels"], load)
        return {"p_not_engaged": lost, "p_leak": 1.0 - (1.0 - lost) * i["pk"]}
    if "layer_pk" in i:
        return layers(i)
    return layers({"layer_pk": [i["pk"]], "attackers": i["attackers"]})


ANSWERS = {
    "radar_range_equation": radar_equation,
    "detection_probability": detection_cases,
    "detection_approximations": approximations,
    "m_of_n_and_cumulative": chains,
    "propagation": propagation_cases,
    "standard_atmosphere": atmosphere,
    "engagement_probability": engagements,
    "engagement_timeline": timeline,
    "system_level_limits": system_limits,
}
PARTLY = {
    "loss_exact_dB": "Fresnel integrals are not part of the model; the approximation of P.526 is",
    "targets_engaged": "the number engaged follows from channels and window, which no formula here has",
}


def cases():
    if not STOCK.exists():
        reason = pytest.mark.skip(reason="the stock of reference cases is not beside this folder")
        return [pytest.param(None, marks=reason, id="stock")]
    stock = json.loads(STOCK.read_text())
    wanted = [c for c in stock if c["topic"] in TOPICS or c["id"].startswith(ALSO)]
    return [pytest.param(case, id=case["id"]) for case in wanted]


def margin(case, name):
    """Absolute and relative tolerance of one expected figure."""
    tolerance = case["tolerance"]
    if name == "exact_snr_dB":
        return {"abs": 2e-3, "rel": 0.0}
    if name == "F4_dB":
        return {"abs": tolerance["F4_dB_abs"], "rel": 0.0}
    if tolerance.get("exact"):
        return {"abs": 1e-9, "rel": 0.0}
    absolute = tolerance.get("abs", tolerance.get("F_abs", tolerance.get("n_abs", 0.0)))
    return {"abs": absolute, "rel": tolerance.get("rel", tolerance.get("range_rel", 0.0))}


@pytest.mark.parametrize("case", cases())
def test_case_agrees(case):
    answer = ANSWERS[case["topic"]](case["inputs"])
    compared = [name for name in case["expected"] if name not in PARTLY]
    assert compared
    for name in compared:
        assert answer[name] == pytest.approx(case["expected"][name], **margin(case, name)), name
