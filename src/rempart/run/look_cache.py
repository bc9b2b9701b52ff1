"""Look tables kept on disk: they depend on routes, radars and terrain, not on seeds or doctrine."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import StoreError
from rempart.base.files import cache_folder, write_atomically
from rempart.base.kernel import kernel_digest
from rempart.engine.world import VIEW
from rempart.run.visibility import Seen

N_KEPT = 16
"""Files kept; the oldest goes first."""


def digest_of(parts: Iterable[Any]) -> str:
    """32 hexadecimal digits of nested tuples, lists, dicts, numbers and arrays."""
    digest = hashlib.blake2b(kernel_digest().encode(), digest_size=16)
    _absorb(parts, digest)
    return digest.hexdigest()


def _absorb(part: Any, digest: Any) -> None:
    if isinstance(part, np.ndarray):
        digest.update(repr(part.shape).encode())
        digest.update(np.ascontiguousarray(part).data)
    elif isinstance(part, dict):
        _absorb(sorted(part.items()), digest)
    elif isinstance(part, list | tuple):
        digest.update(b"(")
        for item in part:
            _absorb(item, digest)
        digest.update(b")")
    else:
        digest.update(repr(part).encode())


def kept_or_computed(key: str, compute: Callable[[], Seen]) -> Seen:
    """Tables under a key, computed if they are not kept or the file is damaged."""
    path = cache_folder("looks") / f"{key}.npz"
    found = _read(path)
    if found is None:
        found = compute()
        _keep(path, found)
    return found


def _read(path: Path) -> Seen | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return Seen(file["pd"], file["views"].view(VIEW).view(np.recarray), file["reach"])
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _keep(path: Path, seen: Seen) -> None:
    content = io.BytesIO()
    np.savez(content, pd=seen.pd, views=np.asarray(seen.views), reach=seen.reach)
    with contextlib.suppress(StoreError):
        write_atomically(path, content.getvalue())
        files = sorted(path.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime)
        for old in files[:-N_KEPT]:
            old.unlink(missing_ok=True)
