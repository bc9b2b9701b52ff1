"""One short name for all that a scenario says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def scenario_digest(resolved: dict[str, Any]) -> str:
    """Digest of a resolved scenario, as 32 hexadecimal digits.

    Returns
    -------
    str
        Equal for equal scenarios, whatever the order of keys, the comments, the units or the
        folder of their files.

    Limits
    ------
    A terrain file and a recording of traffic count by their names and the folders of `catalogue` not at
    all: what is in them must be mixed in by whoever needs it (the terrain, every figure used and the
    world have their own digests).
    """
    area = resolved["area"]
    traffic = {
        name: {**stream, "recorded": Path(stream["recorded"]).name} if "recorded" in stream else stream
        for name, stream in resolved["traffic"].items()
    }
    terrain = Path(area["terrain"]).name
    parts = {**resolved, "area": {**area, "terrain": terrain}, "traffic": traffic, "catalogue": None}
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
