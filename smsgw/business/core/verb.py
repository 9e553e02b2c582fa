"""What is fixed about a verb: its name, its arguments, whether it only reads, its references' letter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the command language. The words for it live in its grammar fragment, never here.

    `arguments` are the field names of Command that it may fill. `letter` is that of the references it issues.
    `alone`: complete without arguments. `in_service`: its business is built; otherwise it is read, checked for rights
    and answered that it is not in service and that nothing was recorded.
    """

    name: str
    arguments: tuple[str, ...]
    reads_only: bool = False
    alone: bool = False
    letter: str = ""
    in_service: bool = True
    examples: tuple[str, ...] = ()  # each must read as this verb with the sample catalogue; the first is shown in help
    examples_zh: tuple[str, ...] = ()
