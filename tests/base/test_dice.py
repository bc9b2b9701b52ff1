"""Dice: known values, even spread, and streams that know nothing of each other."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import rempart.base.dice
from rempart.base.dice import LEVEL_BITS, bits, dice_key, entity_hash, mix, normal_triple, uniform

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
N = 20_000


def plain_mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key_of(seed, trial, name, purpose):
    """A key as 64 unsigned bits; across the border to Python, compiled code hands out a mere integer."""
    return np.uint64(dice_key(seed, trial, entity_hash(name), purpose))


def stream(key, n=N):
    return np.array([uniform(key, count) for count in range(n)])


def test_known_values_of_splitmix64():
    """The first outputs for seed 0, as published with the generator and in Java's SplittableRandom."""
    first = [int(bits(np.uint64(0), count)) for count in (1, 2, 3)]
    assert first == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_against_arithmetic_without_a_word_size():
    rng = np.random.default_rng(1)
    for value in rng.integers(0, 2**63, 200):
        assert int(mix(np.uint64(value))) == plain_mix(int(value))
    seed, trial, entity, purpose = 12, 345, int(entity_hash("north")), 6
    z = plain_mix((seed + GOLDEN) & MASK)
    for part in (trial, purpose, entity):
        z = plain_mix(((z ^ part) + GOLDEN) & MASK)
    assert int(dice_key(seed, trial, np.uint64(entity), purpose)) == z


@pytest.mark.parametrize(
    ("name", "expected"),
    [("north", 0xD40A7F0746298C55), ("", 0xE4A6A0577479B2B4), ("Süd-1", 0x7CE4EC5BA1E6C134)],
)
def test_the_hash_of_a_name_never_changes(name, expected):
    assert int(entity_hash(name)) == expected


def test_names_have_different_hashes():
    names = [f"{side}-{i}" for side in ("north", "south", "drone") for i in range(5000)]
    assert len({int(entity_hash(name)) for name in names}) == len(names)


def test_keys_differ_in_every_argument():
    entities = [entity_hash("a"), entity_hash("b")]
    keys = {int(dice_key(*key)) for key in itertools.product((0, 1, 2), (0, 1, 2), entities, range(10))}
    assert len(keys) == 3 * 3 * 2 * 10


def test_uniform_draws_are_even():
    draws = stream(key_of(1, 0, "north", 0))
    assert 0.0 <= draws.min() < draws.max() < 1.0
    assert stats.kstest(draws, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4 / np.sqrt(N)


@pytest.mark.parametrize(
    "other", [(2, 0, "north", 0), (1, 1, "north", 0), (1, 0, "south", 0), (1, 0, "north", 1)]
)
def test_streams_are_independent(other):
    one = stream(key_of(1, 0, "north", 0))
    two = stream(key_of(*other))
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(N)
    table, _, _ = np.histogram2d(one, two, bins=8, range=[[0, 1], [0, 1]])
    assert stats.chisquare(table.ravel()).pvalue > 1e-4


def test_first_draws_of_many_keys_are_even():
    """A trial takes one draw from each of many streams: these must be even too."""
    draws = np.array([uniform(key_of(1, trial, "north", 2), 0) for trial in range(N)])
    assert stats.kstest(draws, "uniform").pvalue > 1e-4


def test_keys_joined_by_exclusive_or_stay_independent():
    """The engine gives each pair of radar and vehicle the key of one xor the hash of the other."""
    key = key_of(1, 0, "north", 0)
    one, two = (stream(key ^ entity_hash(name)) for name in ("drone-1", "drone-2"))
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(N)


def test_normal_draws():
    key = key_of(3, 0, "north", 1)
    draws = np.array([normal_triple(key, count) for count in range(N)])
    assert np.abs(draws).max() < 4.0
    assert (np.abs(draws.mean(axis=0)) < 4 / np.sqrt(N)).all()
    assert (np.abs(draws.var(axis=0) - 1.0) < 4 * np.sqrt(2 / N)).all()
    off = np.corrcoef(draws.T)[np.triu_indices(3, 1)]
    assert (np.abs(off) < 4 / np.sqrt(N)).all()
    assert stats.kstest(draws.ravel(), "norm").pvalue > 1e-4


def test_the_levels_of_the_normal_law():
    levels = rempart.base.dice._NORMAL
    assert levels.size == 1 << LEVEL_BITS
    assert (np.diff(levels) > 0.0).all()
    np.testing.assert_allclose(levels, -levels[::-1])
    assert np.mean(levels**2) == pytest.approx(1.0, abs=1e-12)
    assert np.mean(levels**4) == pytest.approx(3.0, abs=0.02)


def test_plain_dice_are_the_compiled_dice():
    code = "from rempart.base.dice import *; k = dice_key(5, 6, entity_hash('x'), 7)\n"
    code += "print(int(k), float(uniform(k, 3)).hex(), *(float(v).hex() for v in normal_triple(k, 4)))"
    sources = Path(rempart.base.dice.__file__).parents[2]
    environment = {"PYTHONPATH": str(sources), "REMPART_PLAIN": "1", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    key = key_of(5, 6, "x", 7)
    expected = [float(uniform(key, 3)).hex(), *(float(v).hex() for v in normal_triple(key, 4))]
    assert done.stdout.split() == [str(int(key)), *expected]
