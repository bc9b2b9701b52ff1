"""The compact coding of shipped terrain loses nothing and notices damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo import shipped

ABOUT = {
    "north_deg": 40.0,
    "west_deg": 36.0,
    "posts_per_deg": 120,
    "datum": "mean sea level",
    "source": "made up",
}
GLOBE = Path(__file__).parents[3] / "shared" / "data" / "terrain" / "globe30s_iraq_theatre.tif"


@pytest.mark.parametrize("seed", range(3))
def test_coding_loses_nothing(seed):
    heights = np.random.default_rng(seed).integers(-500, 9000, (23, 31))
    terrain = shipped.decoded("made up", shipped.encoded(heights, ABOUT))
    assert np.array_equal(terrain.heights, heights)
    assert np.degrees(terrain.posts) == pytest.approx([40.0, 36.0, 1 / 120, 1 / 120])


def test_the_shipped_file_holds_every_post_of_its_source():
    if not GLOBE.is_file():
        pytest.skip("the GLOBE crop that the shipped file was made from is not here")
    rasterio = pytest.importorskip("rasterio")
    with rasterio.open(GLOBE) as raster:
        assert np.array_equal(shipped.shipped_terrain("iraq").heights, raster.read(1))


def test_an_unknown_name_is_refused():
    with pytest.raises(StoreError, match="iraq"):
        shipped.shipped_terrain("atlantis")


@pytest.mark.parametrize("content", [b"", b"junk", shipped.encoded(np.ones((5, 5)), ABOUT)[:-12]])
def test_a_damaged_installation_is_reported(content, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "iraq.gz").write_bytes(content)
    monkeypatch.setattr(shipped, "files", lambda _: tmp_path)
    shipped.shipped_terrain.cache_clear()
    with pytest.raises(StoreError, match="Install Rempart again"):
        shipped.shipped_terrain("iraq")
