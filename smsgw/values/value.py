"""Values: classes whose instances never change, made cheaply.

A frozen dataclass sets each field by a call, which costs a sale some twenty-five microseconds in all. The type checker
holds these classes to be frozen just the same; at run time they are plain slotted dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

if TYPE_CHECKING:
    T = TypeVar("T")

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def value(cls: type[T]) -> type[T]:
        """A frozen, slotted dataclass."""
        return cls

else:
    value = dataclass(slots=True, unsafe_hash=True)
