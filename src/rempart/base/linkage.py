"""Machine code of one kernel that calls another's, also after both come from the disk cache.

Numba hands the code of a called kernel to its caller to be compiled in, so the lowest kernel of ten
levels is optimised ten times. A kernel that is `called` is compiled once: its callers hold no more
than its symbol, and their entries in the cache name the kernels that must be loaded before them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from numba.core.caching import CompileResultCacheImpl, FunctionCache


class _Called(NamedTuple):
    """A compiled kernel that others call by its symbol."""

    module: str
    name: str
    arguments: tuple[Any, ...]
    result: Any
    """kept, as callers hold its address"""


_CALLED: dict[str, _Called] = {}


class _LinkedResult(CompileResultCacheImpl):
    """What the cache holds of a kernel: its code, and the kernels that it calls."""

    def reduce(self, result: Any) -> Any:
        """The kernel in a form that can be pickled."""
        symbols = [
            function.name for function in result.library._final_module.functions if function.is_declaration
        ]
        calls = [(symbol, *_CALLED[symbol][:3]) for symbol in symbols if symbol in _CALLED]
        return calls, super().reduce(result)

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        """The kernel, or nothing if one that it calls was compiled anew in the meantime."""
        calls, reduced = payload
        for symbol, module, name, arguments in calls:
            if symbol not in _CALLED:
                getattr(import_module(module), name).compile(arguments)
            if symbol not in _CALLED:
                return None
        return super().rebuild(target_context, reduced)


class _LinkedCache(FunctionCache):
    _impl_class = _LinkedResult


def remember_links(compiled: Any) -> None:
    """Let a kernel's entries in the cache name the kernels that it calls by their symbols."""
    compiled._cache = _LinkedCache(compiled.py_func)


def link_by_symbol(compiled: Any, result: Any) -> None:
    """Let the callers of a kernel call its machine code rather than compile its code into theirs."""
    function, context = compiled.py_func, result.target_context
    context.remove_user_function(result.entry_point)
    context.insert_user_function(result.entry_point, result.fndesc)
    called = _Called(function.__module__, function.__name__, tuple(result.signature.args), result)
    _CALLED[result.fndesc.llvm_func_name] = called
