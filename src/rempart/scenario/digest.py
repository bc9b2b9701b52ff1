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
    A terrain file counts by its name and the folders of `catalogue` not at all: what is in them
    must be mixed in by whoever needs it (the terrain and every figure used have their own digests).
    """
    area = resolved["area"]
    parts = {**resolved, "area": {**area, "terrain": Path(area["terrain"]).name}, "catalogue": None}
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
