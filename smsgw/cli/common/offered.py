"""A group of commands that the subjects offer: none of them is named here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

import typer
from typer.core import TyperGroup

from smsgw.cli.common import options


class Offered(TyperGroup, ABC):
    """A group whose commands are looked up once one is asked for."""

    @staticmethod
    @abstractmethod
    def offered() -> Mapping[str, Callable[..., None]]:
        """The functions that typer calls, by the names of their commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.offered())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        run = self.offered().get(cmd_name)
        if run is None:
            return None
        single = options.app()
        single.command(name=cmd_name)(run)
        return typer.main.get_command(single)


def as_command(run: Callable[..., None], about: str, parameters: Mapping[str, tuple[Any, Any]]) -> Callable[..., None]:
    """A function that takes anything, with its help and what typer is to read for it: name → (annotation, default).

    A default of `Parameter.empty` makes an argument that must be given.
    """
    taken = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in {
            **parameters,
            "config": (options.Config, None),
            "json": (options.Json, False),
        }.items()
    ]
    run.__doc__ = about
    run.__signature__ = Signature(taken)  # type: ignore[attr-defined]  # what typer reads the options from
    run.__annotations__ = {each.name: each.annotation for each in taken}
    return run
