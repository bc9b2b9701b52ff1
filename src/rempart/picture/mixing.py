"""Interacting multiple models: one estimate for each model of motion, mixed before each step.

Source: Blom & Bar-Shalom, The interacting multiple model algorithm (IEEE TAC 1988).
Limits: changes of model are a Markov chain that keeps to a model for an exponential time and then
takes any other with equal chance.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.picture.motion import STATE_SIZE, carry, copy_estimate


@inner_kernel
def fill_switch(sojourn, interval, out):
    """Chances to change from model (row) to model (column) within an interval [s].

    Returns
    -------
    None
        Rows of `out` sum to one.
    """
    n_models = sojourn.shape[0]
    for row in range(n_models):
        stays = math.exp(-interval / sojourn[row])
        for column in range(n_models):
            out[row, column] = (1.0 - stays) / max(n_models - 1, 1)
        out[row, row] = stays if n_models > 1 else 1.0


@inner_kernel
def mixed_chance(switch, chance, model):
    """Chance of a model after the change, before the plot."""
    total = 0.0
    for other in range(chance.shape[0]):
        total += switch[other, model] * chance[other]
    return total


@inner_kernel
def mix(switch, chance, mean, cover, work):
    """Replace each model's estimate by the mixture from which it starts, and the chances likewise.

    Parameters
    ----------
    switch : array (m, m)
    chance : array (m,)
    mean : array (m, 7)
    cover : array (m, 7, 7)
    work : Work

    Returns
    -------
    None
        The mean over the models stays, and `chance` still sums to one.
    """
    n_models = chance.shape[0]
    for model in range(n_models):
        total = mixed_chance(switch, chance, model)
        for other in range(n_models):
            work.likelihood[other, 0] = switch[other, model] * chance[other] / max(total, 1e-300)
        blend(work.likelihood[:, 0], mean, cover, work.mean[model], work.cover[model])
    for model in range(n_models):
        work.likelihood[model, 0] = mixed_chance(switch, chance, model)
    for model in range(n_models):
        chance[model] = work.likelihood[model, 0]
        copy_estimate(work.mean[model], work.cover[model], mean[model], cover[model])


@inner_kernel
def blend(chance, mean, cover, out_mean, out_cover):
    """Mean and covariance of a mixture; fills `out_mean` (7,) and `out_cover` (7, 7).

    Returns
    -------
    None
        The covariance is at least the mean of the covariances.
    """
    out_mean[:] = 0.0
    out_cover[:, :] = 0.0
    for model in range(mean.shape[0]):
        for row in range(STATE_SIZE):
            out_mean[row] += chance[model] * mean[model, row]
    for model in range(mean.shape[0]):
        for row in range(STATE_SIZE):
            gap = mean[model, row] - out_mean[row]
            for column in range(STATE_SIZE):
                spread = cover[model, row, column] + gap * (mean[model, column] - out_mean[column])
                out_cover[row, column] += chance[model] * spread


@inner_kernel
def advance(models, interval, bank, slot, work):
    """Carry a track forward: mix its models, carry each, blend them."""
    n_models = models.kind.shape[0]
    if n_models > 1:
        fill_switch(models.sojourn, interval, work.switch)
        mix(work.switch, bank.chance[slot], bank.mean[slot], bank.cover[slot], work)
    for model in range(n_models):
        carry(models, model, interval, bank.mean[slot, model], bank.cover[slot, model], work)
    fill_blend(bank, slot)


@inlined_kernel
def carry_track(bank, slot, time, models, work):
    """Carry a track to a time, unless it holds for that or a later one."""
    track = bank.tracks[slot]
    if track.time < time:
        advance(models, time - track.time, bank, slot, work)
        track.time = time


@inlined_kernel
def fill_blend(bank, slot):
    """Bring the blend of a track's models up to date."""
    if bank.mean.shape[1] > 1:
        blend(
            bank.chance[slot],
            bank.mean[slot],
            bank.cover[slot],
            bank.tracks[slot].blend,
            bank.tracks[slot].spread,
        )
        return
    copy_estimate(bank.mean[slot, 0], bank.cover[slot, 0], bank.tracks[slot].blend, bank.tracks[slot].spread)
