"""Where Rempart keeps what it can compute again, and how it writes files: whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from rempart.base.errors import Fault, StoreError

CACHE_BYTES = 1_000_000_000
"""What `keep` leaves in one folder at most."""
_SEAL = 16
"""Bytes of the digest that goes before what is kept."""


def cache_folder(*parts: str) -> Path:
    """Per-user cache folder (`REMPART_CACHE_DIR` moves it); made on first use.

    Everything in it can be deleted at any time.
    """
    chosen = os.environ.get("REMPART_CACHE_DIR")
    if chosen:
        root = Path(chosen).expanduser()
    else:
        from platformdirs import user_cache_path

        root = user_cache_path("rempart", appauthor=False)
    folder = root.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()).joinpath(f"rempart-{os.getuid()}", *parts)
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_atomically(path: Path, content: bytes | str) -> Path:
    """Write a file so that a reader sees the old one or the whole new one, never a part.

    Raises
    ------
    StoreError
        If the folder cannot be written to.
    """
    data = content.encode() if isinstance(content, str) else content
    part = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreError(
            Fault(
                str(path),
                f"cannot be written ({error.strerror or error})",
                "a path in a folder you may write to",
                "Choose another place.",
            )
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def keep(path: Path, body: bytes) -> None:
    """Keep in a cache folder what can be computed again, if the disk allows it.

    Files that have not been used for longest go when the folder would hold more than `CACHE_BYTES`;
    what is larger by itself is not kept.
    """
    if len(body) + _SEAL > CACHE_BYTES:
        return
    with contextlib.suppress(StoreError, OSError):
        write_atomically(path, _seal(body) + body)
        _forget_oldest(path.parent)


def kept(path: Path) -> memoryview | None:
    """What was kept under a path; None if nothing was, or the file is damaged."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    body = content[_SEAL:]
    if _seal(body) != content[:_SEAL]:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return body


def _seal(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=_SEAL).digest()


def _forget_oldest(folder: Path) -> None:
    used = []
    for file in folder.iterdir():
        # Another process may delete what this one is about to look at.
        with contextlib.suppress(OSError):
            state = file.stat()
            used.append((state.st_mtime_ns, state.st_size, file))
    room = CACHE_BYTES
    for _, size, file in sorted(used, reverse=True):
        room -= size
        if room < 0:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
