"""Counter-based, stateless dice: the same question always gets the same answer.

A draw depends only on (seed, trial, entity, purpose, count), where `entity` is a stable hash of
the entity's name. So results do not depend on threads, chunks or order, and adding an entity
leaves every other draw unchanged. This is the only module in which 64-bit arithmetic may wrap.

Source: SplitMix64 finaliser and increment (Steele, Lea & Flood, OOPSLA 2014; D. Stafford's
"variant 13" constants), used here as a keyed hash of a counter.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np

from rempart.base.kernel import IS_PLAIN, lean_kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0

LEVEL_BITS = 13
"""Bits of one draw that choose a level of the normal distribution."""
_LEVEL_MASK = np.uint64((1 << LEVEL_BITS) - 1)
_S13, _S26, _S39 = np.uint64(13), np.uint64(26), np.uint64(39)


def _normal_levels() -> np.ndarray:
    n_levels = 1 << LEVEL_BITS
    quantile = NormalDist().inv_cdf
    upper = np.array([quantile((i + 0.5) / n_levels) for i in range(n_levels // 2, n_levels)])
    levels = np.concatenate([-upper[::-1], upper])
    return levels / np.sqrt(np.mean(levels**2))


_NORMAL = _normal_levels()


def _wrapping(function):
    """In plain Python NumPy warns where 64-bit products wrap; compiled code does not."""
    return np.errstate(over="ignore")(function) if IS_PLAIN else function


def entity_hash(name: str) -> np.uint64:
    """Stable 64-bit hash of an entity's name; the same on every machine and version."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big"))


@_wrapping
@lean_kernel
def mix(z):
    """Scramble 64 bits; a bijection on the unsigned 64-bit integers."""
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@_wrapping
@lean_kernel
def dice_key(seed, trial, entity, purpose):
    """Key of one stream of draws.

    Parameters
    ----------
    seed, trial, purpose : int
    entity : uint64
        From `entity_hash`.

    Returns
    -------
    uint64
        Distinct streams get keys that look unrelated.
    """
    z = mix(np.uint64(seed) + _GOLDEN)
    z = mix((z ^ np.uint64(trial)) + _GOLDEN)
    z = mix((z ^ np.uint64(purpose)) + _GOLDEN)
    return mix((z ^ entity) + _GOLDEN)


@_wrapping
@lean_kernel
def bits(key, count):
    """The `count`-th 64 random bits of a stream."""
    return mix(key + np.uint64(count) * _GOLDEN)


@lean_kernel
def uniform(key, count):
    """The `count`-th draw of a stream, uniform on [0, 1)."""
    return float(bits(key, count) >> _S11) * _TO_UNIT


@lean_kernel
def normal_triple(key, count):
    """Three independent standard normal draws from the `count`-th bits of a stream.

    Each takes one of 8192 equally likely levels, scaled to unit variance; the largest is 3.9.
    """
    z = bits(key, count)
    first = _NORMAL[np.int64((z >> _S13) & _LEVEL_MASK)]
    second = _NORMAL[np.int64((z >> _S26) & _LEVEL_MASK)]
    third = _NORMAL[np.int64((z >> _S39) & _LEVEL_MASK)]
    return first, second, third
