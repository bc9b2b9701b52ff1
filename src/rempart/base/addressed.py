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
from numba.core.types.containers import BaseNamedTuple
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

_ALIGNMENT = 16
_BY_ADDRESS: set[type] = set()


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


def _room(context: Any, builder: Any, kind: Addressed) -> Any:
    """Address of memory for a tuple in the frame of the function that is being made."""
    memory = cgutils.alloca_once(builder, ir.ArrayType(ir.IntType(8), _layout(context, kind)[1]))
    memory.align = _ALIGNMENT
    return builder.bitcast(memory, cgutils.voidptr_t)


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
    address = _room(c.context, c.builder, kind)
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


@intrinsic
def laid_out(typing_context: Any, record: Any) -> Any:
    """A tuple made in a kernel, laid out in that kernel's memory as a tuple from Python is at the door."""
    kind = _addressed(record)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        memory = _room(context, builder, kind)
        _copy(context, builder, kind, signature.args[0], values[0], memory)
        # What is read later is read through an address of which nothing is known: the memory may be laid out
        # again in the next round of a loop, out of which reads of fixed memory would be taken.
        kind_of_hiding = ir.FunctionType(cgutils.voidptr_t, [cgutils.voidptr_t])
        return builder.asm(kind_of_hiding, "", "=r,0", [memory], side_effect=True)

    return kind(record), generate


def _addressed(kind: Any) -> Any:
    """The type of a tuple's copy in memory, with the tuples of its classes inside it."""
    if isinstance(kind, BaseNamedTuple) and kind.instance_class in _BY_ADDRESS:
        return Addressed(kind.instance_class, tuple(_addressed(field) for field in kind.types))
    return kind


def _copy(context: Any, builder: Any, kind: Addressed, given: Any, value: Any, memory: Any) -> None:
    """Write a tuple of the `given` type, which may lie in memory itself, to its place in memory."""
    offsets, size = _layout(context, kind)
    if isinstance(given, Addressed):
        cgutils.raw_memcpy(builder, memory, value, ir.Constant(ir.IntType(64), size), 1)
        return
    for place, (offset, field) in enumerate(zip(offsets, kind.fields, strict=True)):
        part, start = builder.extract_value(value, place), _offset(builder, memory, offset)
        if isinstance(field, Addressed):
            _copy(context, builder, field, given.types[place], part, start)
        else:
            builder.store(part, builder.bitcast(start, part.type.as_pointer()))


def hand_on_by_address(record: type) -> None:
    """Let the compiler take tuples of a class by address."""
    _BY_ADDRESS.add(record)

    @typeof_impl.register(record)
    def _(value: Any, context: Any) -> Any:
        return Addressed(record, tuple(typeof_impl(field, context) for field in value))
