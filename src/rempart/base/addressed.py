"""The compiler's side of tuples that kernels hand on by address (`rempart.base.kernel.by_address`).

Numba hands a NamedTuple to a function part by part: for the engine's world and state nine hundred
words at every call, which takes longer to compile, and to run, than what most kernels do. A tuple of a
class that is `by_address` is laid out in memory once, at the door where Python calls a kernel; from
there on one word is handed on, and a part is read where it is asked for.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

_ALIGNMENT = 16


class Addressed(types.Type):
    """The compiler's type of a tuple that lies in memory: its class and the types of its fields."""

    def __init__(self, record: type, fields: tuple[Any, ...]) -> None:
        self.record, self.fields = record, fields
        # The name is part of every symbol that such a tuple is handed to: it must be short.
        digest = hashlib.blake2b(repr(fields).encode(), digest_size=8).hexdigest()
        super().__init__(f"{record.__module__}.{record.__qualname__}.{digest}")

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells two such types apart."""
        return self.record, self.fields

    def field(self, name: str) -> tuple[int, Any]:
        """Place and type of a field."""
        place = self.record._fields.index(name)  # type: ignore[attr-defined]
        return place, self.fields[place]


@register_model(Addressed)
class _AddressedModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Addressed) -> None:
        super().__init__(manager, kind, cgutils.voidptr_t)


@infer_getattr
class _AddressedAttributes(AttributeTemplate):
    key = Addressed

    def generic_resolve(self, kind: Addressed, name: str) -> Any:
        return kind.field(name)[1] if name in kind.record._fields else None  # type: ignore[attr-defined]


_LAYOUTS: dict[Addressed, tuple[list[int], int]] = {}


def _layout(context: Any, kind: Addressed) -> tuple[list[int], int]:
    """Offset of each field, and the size of the whole [byte]."""
    if kind not in _LAYOUTS:
        offsets, end = [], 0
        for field in kind.fields:
            offsets.append(end)
            if isinstance(field, Addressed):
                size = _layout(context, field)[1]
            else:
                size = context.get_abi_sizeof(context.get_value_type(field))
            end += -(-size // _ALIGNMENT) * _ALIGNMENT
        _LAYOUTS[kind] = offsets, end
    return _LAYOUTS[kind]


def _offset(builder: Any, address: Any, n_bytes: int) -> Any:
    return builder.gep(address, [ir.Constant(ir.IntType(64), n_bytes)], inbounds=True)


def _read(builder: Any, pointer: Any, shape: Any) -> Any:
    """Read a value leaf by leaf; nobody writes to the memory while a kernel runs."""
    if isinstance(shape, ir.LiteralStructType | ir.ArrayType):
        value = ir.Constant(shape, ir.Undefined)
        elements = (
            shape.elements if isinstance(shape, ir.LiteralStructType) else [shape.element] * shape.count
        )
        for place, element in enumerate(elements):
            leaf = _read(builder, cgutils.gep_inbounds(builder, pointer, 0, place), element)
            value = builder.insert_value(value, leaf, place)
        return value
    leaf = builder.load(pointer)
    leaf.set_metadata("invariant.load", builder.module.add_metadata([]))
    return leaf


@lower_getattr_generic(Addressed)
def _read_field(context: Any, builder: Any, kind: Addressed, address: Any, name: str) -> Any:
    place, field = kind.field(name)
    start = _offset(builder, address, _layout(context, kind)[0][place])
    if isinstance(field, Addressed):
        return start
    shape = context.get_value_type(field)
    value = _read(builder, builder.bitcast(start, shape.as_pointer()), shape)
    return impl_ret_borrowed(context, builder, field, value)


@unbox(Addressed)
def _lay_out(kind: Addressed, record: Any, c: Any) -> Any:
    _, size = _layout(c.context, kind)
    memory = cgutils.alloca_once(c.builder, ir.ArrayType(ir.IntType(8), size))
    memory.align = _ALIGNMENT
    address = c.builder.bitcast(memory, cgutils.voidptr_t)
    failed = cgutils.alloca_once_value(c.builder, cgutils.false_bit)
    cleanups: list[Any] = []
    _fill(kind, record, address, failed, cleanups, c)

    def cleanup() -> None:
        for clean in reversed(cleanups):
            clean()

    return NativeValue(address, is_error=c.builder.load(failed), cleanup=cleanup)


def _fill(kind: Addressed, record: Any, address: Any, failed: Any, cleanups: list[Any], c: Any) -> None:
    """Write the fields of a tuple of Python's to memory."""
    builder, (offsets, _) = c.builder, _layout(c.context, kind)
    for place, (offset, field) in enumerate(zip(offsets, kind.fields, strict=True)):
        element, start = c.pyapi.tuple_getitem(record, place), _offset(builder, address, offset)
        if isinstance(field, Addressed):
            _fill(field, element, start, failed, cleanups, c)
            continue
        native = c.unbox(field, element)
        with builder.if_then(native.is_error, likely=False):
            builder.store(cgutils.true_bit, failed)
        builder.store(native.value, builder.bitcast(start, native.value.type.as_pointer()))
        if native.cleanup is not None:
            cleanups.append(native.cleanup)
        if c.context.enable_nrt:
            cleanups.append(partial(c.context.nrt.decref, builder, field, native.value))


def hand_on_by_address(record: type) -> None:
    """Let the compiler take tuples of a class by address."""

    @typeof_impl.register(record)
    def _(value: Any, context: Any) -> Any:
        return Addressed(record, tuple(typeof_impl(field, context) for field in value))
