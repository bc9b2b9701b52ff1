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
from typing import Any, TypeVar, cast

from rempart.base.files import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])
Record = TypeVar("Record", bound=type)

IS_PLAIN = os.environ.get("REMPART_PLAIN", "") not in ("", "0")
_LEAN = {"_nrt": False}
_WITHOUT_DOOR = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
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
    from rempart.base.addressed import hand_on_by_address, laid_out
    from rempart.base.linkage import link_by_symbol, remember_links
else:

    def laid_out(record: Any) -> Any:
        """Lay out in memory a tuple that a kernel makes, so that others take it by address."""
        return record


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
    return _compiled(function, _LEAN)


def inner_kernel(function: Function) -> Function:
    """Compile a lean kernel for other kernels only, once, without the door by which Python comes in.

    Its callers call it by its symbol, so it is neither compiled again with each of them, nor into them.
    Python may still call such a kernel; it is then compiled once more in each process, with a door.
    """
    compiled = _doorless(function, {})
    if not IS_PLAIN:
        _on_overload(compiled, lambda result: link_by_symbol(compiled, result))
    return compiled


def inlined_kernel(function: Function) -> Function:
    """Compile an inner kernel into its callers, for small ones and the few on the hottest path."""
    return _doorless(function, {"forceinline": True})


def by_address(record: Record) -> Record:
    """Mark a NamedTuple of arrays as one that kernels hand on by its address in memory.

    A kernel may read its fields by name, but neither unpack nor index it. One that a kernel makes itself is
    handed on part by part, unless it is `laid_out`.
    """
    if not IS_PLAIN:
        hand_on_by_address(record)
    return record


def woven_kernel(function: Function) -> Function:
    """Weave a kernel's source into its callers': for one that returns a row, which no compiled kernel can."""
    return _compiled(function, {**_LEAN, "inline": "always"})


def _doorless(function: Function, options: dict[str, Any]) -> Function:
    compiled: Any = _compiled(function, {**_LEAN, **_WITHOUT_DOOR, **options})
    if IS_PLAIN:
        return function
    with_door: Any = _compiled(function, _LEAN, cache=False)
    _on_overload(compiled, lambda result: None)
    compiled._compile_for_args = with_door._compile_for_args
    return cast(Function, compiled)


def _on_overload(compiled: Any, act: Callable[[Any], None]) -> None:
    """Enter what is compiled in the table of those that kernels can call; Numba would also in Python's."""

    def enter(result: Any) -> None:
        compiled.overloads[tuple(result.signature.args)] = result
        act(result)

    compiled.add_overload = enter


def _compiled(function: Function, options: dict[str, Any], cache: bool = True) -> Function:
    if IS_PLAIN:
        return function
    compiled: Any = numba.njit(cache=cache, nogil=True, error_model="numpy", **options)(function)
    if cache:
        remember_links(compiled)
    template = compiled.get_call_template
    # Numba would compile a kernel anew for every whole number that is written out in a call of it.
    compiled.get_call_template = lambda args, names: template([numba.types.unliteral(a) for a in args], names)
    return cast(Function, compiled)
