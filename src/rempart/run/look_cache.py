"""Look tables kept on disk: they depend on routes, radars and terrain, not on seeds or doctrine."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.files import cache_folder, keep, kept
from rempart.base.kernel import kernel_digest
from rempart.engine.world import VIEW
from rempart.run.visibility import Seen


def digest_of(parts: Iterable[Any]) -> str:
    """32 hexadecimal digits of nested tuples, lists, dicts, numbers and arrays, and of the program."""
    digest = hashlib.blake2b(_program(), digest_size=16)
    _absorb(parts, digest)
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """All sources that have a part in the tables: the rooms below, and two modules of this one."""
    here = Path(__file__)
    return kernel_digest().encode() + here.read_bytes() + here.with_name("visibility.py").read_bytes()


def _absorb(part: Any, digest: Any) -> None:
    if isinstance(part, np.ndarray):
        digest.update(f"{part.dtype.str}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).data)
    elif isinstance(part, dict):
        _absorb(sorted(part.items()), digest)
    elif isinstance(part, list | tuple):
        digest.update(b"(")
        for item in part:
            _absorb(item, digest)
        digest.update(b")")
    else:
        digest.update(f"{part!r},".encode())


def kept_or_computed(key: str, compute: Callable[[], Seen]) -> Seen:
    """Tables under a key, computed if they are not kept or the file is damaged."""
    path = cache_folder("looks") / f"{key}.looks"
    found = _read(path)
    if found is None:
        found = compute()
        _keep(path, found)
    return found


def _read(path: Path) -> Seen | None:
    body = kept(path)
    if body is None:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as file:
        return Seen(file["pd"], file["snr"], file["views"].view(VIEW).view(np.recarray), file["reach"])


def _keep(path: Path, seen: Seen) -> None:
    content = io.BytesIO()
    np.savez(content, pd=seen.pd, snr=seen.snr, views=np.asarray(seen.views), reach=seen.reach)
    keep(path, content.getvalue())
