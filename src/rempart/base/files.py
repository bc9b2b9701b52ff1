"""Where Rempart keeps what it can compute again, and how it writes files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rempart.base.errors import Fault, StoreError


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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise StoreError(
            Fault(
                str(path),
                f"cannot be written ({error.strerror or error})",
                "a path in a folder you may write to",
                "Choose another place.",
            )
        ) from error
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
