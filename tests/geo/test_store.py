"""The user's own terrain: found by name, shared by content, refused when damaged."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo.store import (
    Manifest,
    drop_terrain,
    filled_posts,
    keep_terrain,
    load_terrain,
    mask_digest,
    playable_terrain,
    stored_names,
    stored_terrain,
    terrain_folder,
)
from rempart.geo.terrain import Posts, Terrain

POSTS = Posts(0.6, 0.7, 0.001, 0.002)


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("REMPART_DATA_DIR", str(tmp_path))
    return tmp_path / "terrain"


def keep(name, heights, filled=None, n_voids=0):
    heights = np.asarray(heights, np.float32)
    filled = np.zeros(heights.shape, bool) if filled is None else filled
    digest = Terrain(name, heights, POSTS, "", "").digest
    manifest = Manifest(
        name, digest, ({"file": "a.tif", "sha256": "0" * 64},), (34.0, 40.0, 34.4, 40.1), heights.shape,
        tuple(POSTS), ("WGS 84",), "mean sea level", "none", n_voids, int(filled.sum()), 0,
        mask_digest(np.packbits(filled)) if filled.any() else "",
    )  # fmt: skip
    keep_terrain(manifest, heights, filled)
    return manifest


GROUND = np.arange(12.0).reshape(3, 4)


def test_what_is_kept_comes_back(store):
    manifest = keep("mine", GROUND)
    assert store == terrain_folder()
    assert stored_names() == ("mine",)
    assert stored_terrain("mine") == manifest
    terrain = load_terrain("mine")
    assert (terrain.name, terrain.source, terrain.posts) == ("mine", "a.tif", POSTS)
    assert np.array_equal(terrain.heights, GROUND)
    assert not terrain.heights.flags.writeable


def test_a_name_kept_again_is_replaced():
    keep("mine", GROUND)
    assert load_terrain("mine").heights[0, 1] == 1.0
    keep("mine", GROUND + 5.0)
    assert load_terrain("mine").heights[0, 1] == 6.0


def test_names_share_heights_and_removing_one_leaves_the_other(store):
    keep("one", GROUND)
    keep("two", GROUND)
    assert len(list(store.glob("*.npy"))) == 1
    drop_terrain("one")
    assert stored_names() == ("two",)
    assert np.array_equal(load_terrain("two").heights, GROUND)
    drop_terrain("two")
    assert list(store.iterdir()) == []


def test_filled_posts_are_marked():
    filled = np.zeros((3, 4), bool)
    filled[1, 2] = True
    keep("mine", GROUND, filled)
    assert np.array_equal(filled_posts("mine"), filled)
    keep("other", GROUND)
    assert not filled_posts("other").any()


def test_an_unknown_name_is_answered_with_the_nearest():
    keep("baghdad", GROUND)
    with pytest.raises(StoreError, match="Did you mean 'baghdad'"):
        load_terrain("bagdad")
    with pytest.raises(StoreError, match="no such terrain in the store"):
        stored_terrain("iraq")


def test_damage_is_noticed(store):
    manifest = keep("mine", GROUND)
    path = store / f"{manifest.digest}.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        load_terrain("mine")
    path.write_bytes(bytes(content[:40]))
    with pytest.raises(StoreError, match="is damaged"):
        load_terrain("mine")
    path.unlink()
    with pytest.raises(StoreError, match="is damaged"):
        load_terrain("mine")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": 2}', '{"form": 1}', "\x00"])
def test_a_damaged_manifest_is_noticed(store, content):
    keep("mine", GROUND)
    (store / "mine.json").write_text(content)
    with pytest.raises(StoreError, match="is damaged"):
        stored_terrain("mine")


def test_a_manifest_is_plain_json(store):
    keep("mine", GROUND)
    assert json.loads((store / "mine.json").read_text())["posts"] == list(POSTS)


def test_terrain_with_voids_is_not_played_in():
    holed = GROUND.copy()
    holed[1, 1] = np.nan
    keep("holed", holed, n_voids=1)
    assert np.isnan(load_terrain("holed").heights).sum() == 1
    with pytest.raises(StoreError, match="--fill-voids"):
        playable_terrain("holed")


def test_posts_that_no_file_covers_do_not_keep_one_from_playing():
    corner = GROUND.copy()
    corner[0, 0] = np.nan
    keep("corner", corner, n_voids=0)
    assert playable_terrain("corner").name == "corner"
    assert not playable_terrain("corner").contains(POSTS.north, POSTS.west)
    assert playable_terrain("iraq").name == "iraq"
