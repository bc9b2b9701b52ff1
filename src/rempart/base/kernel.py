"""The one `@kernel` decorator: compiled with Numba, or plain Python under `REMPART_PLAIN=1`.

Numba's disk cache notices an edit in the file that holds a kernel, but not an edit in a file
whose kernels it calls. The cache therefore lives in a folder named by a digest of every source
that can reach a kernel, so stale machine code is never loaded.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from rempart.base.files import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])

IS_PLAIN = os.environ.get("REMPART_PLAIN", "") not in ("", "0")
_KERNEL_ROOMS = ("base", "events", "geo", "physics", "picture", "doctrine", "engine")


def kernel_digest() -> str:
    """Digest of all kernel sources and of the compiler version, as 16 hexadecimal digits."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(version("numba").encode(), digest_size=8)
    for room in _KERNEL_ROOMS:
        for source in sorted((package / room).rglob("*.py")):
            digest.update(source.relative_to(package).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def kernel_cache() -> Path:
    """Folder that holds the compiled kernels of exactly these sources."""
    return cache_folder("kernels") / kernel_digest()


if not IS_PLAIN:
    _cache = str(kernel_cache())
    os.environ["NUMBA_CACHE_DIR"] = _cache
    import numba

    numba.config.CACHE_DIR = _cache


def kernel(function: Function) -> Function:
    """Compile a function of numbers, arrays and NamedTuples; release the GIL while it runs.

    Division by zero follows IEEE 754 as in NumPy, so a kernel never raises.
    """
    return _compiled(function, {})


def lean_kernel(function: Function) -> Function:
    """Compile a kernel that makes no array of its own, without reference counting.

    The engine hands some twenty arrays from function to function; counting references to each of
    them at every call took ten times as long as the work itself.
    """
    return _compiled(function, {"_nrt": False})


def inlined_kernel(function: Function) -> Function:
    """Compile a lean kernel into its callers, for the few on the hottest path."""
    return _compiled(function, {"_nrt": False, "forceinline": True})


def _compiled(function: Function, options: dict[str, Any]) -> Function:
    if IS_PLAIN:
        return function
    compiled: Function = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    return compiled
