"""The settings and the understanding that hold now: a reload replaces both, and whoever needs them asks at the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgw.gateway.understanding import Understanding
from smsgw.settings.sections import Settings

Made = TypeVar("Made")


class Current:
    """Held by whatever outlives a reload, in place of settings of its own. Replaced in the reactor's thread."""

    __slots__ = ("settings", "understanding")

    def __init__(self, settings: Settings, understanding: Understanding) -> None:
        self.settings = settings
        self.understanding = understanding

    def replace(self, settings: Settings, understanding: Understanding) -> None:
        """Take new settings, words and names."""
        self.settings = settings
        self.understanding = understanding

    def derive(self, make: Callable[[Settings], Made]) -> Callable[[], Made]:
        """A function that gives what `make` makes of the settings, made again only when they have been replaced."""
        known, made = self.settings, make(self.settings)

        def current() -> Made:
            nonlocal known, made
            if self.settings is not known:
                known, made = self.settings, make(self.settings)
            return made

        return current
