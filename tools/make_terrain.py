"""Make a terrain file that ships with Rempart from a GeoTIFF of whole-metre heights in degrees.

    python tools/make_terrain.py globe30s_iraq_theatre.tif src/rempart/geo/data/iraq.gz

The shipped `iraq` is NOAA/NGDC GLOBE 1.0 (1999), tile G, 36-52 E 27-39.5 N at 30 arc seconds, with
sea (coded -500) set to 0. Needs rasterio. The result is read back and compared before it is written.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import rasterio

from rempart.base.files import write_atomically
from rempart.geo.shipped import decoded, encoded

ABOUT = {
    "datum": "mean sea level",
    "source": "NOAA/NGDC GLOBE 1.0 (1999), 30 arc seconds; negative heights set to 0",
}


def main(raster_path: str, result_path: str) -> None:
    """Read the raster, code it, check that nothing was lost, write it."""
    with rasterio.open(raster_path) as raster:
        heights = raster.read(1)
        per_degree = round(1.0 / raster.transform.a)
        lon, lat = raster.xy(0, 0)
    about = {"north_deg": lat, "west_deg": lon, "posts_per_deg": per_degree, **ABOUT}
    content = encoded(heights, about)
    if not np.array_equal(decoded("check", content).heights, heights):
        sys.exit("the coding lost heights; nothing written")
    write_atomically(Path(result_path), content)
    sys.stderr.write(f"{result_path}: {heights.size:,} posts, {len(content):,} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
