"""Texting by hand once the play is over: choose a phone, write, read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from smsgw.cli.common.output import print_error
from smsgw.cli.demo.network import DEALERS, Network
from smsgw.cli.demo.phones import Exchange
from smsgw.cli.demo.play import STRANGER
from smsgw.cli.demo.show import Stage

HELP = """\
Now it is your turn: what you type is texted from the phone before the >.
Try: stk a350 · s a350 2 · ord b200 5, then yes · undo · help · 库存
  @D1002         take another phone: its owner; @D1001 clerk, @EAST field,
                 @EAST manager, @hq and @stranger are others
  @              list the phones
  @1             show part 1 of the day again
  \\n             a new line inside a text
  quit           ends the demo; so do exit, Ctrl-D and an empty line
Of what reaches another phone, such as a notice, the next prompt tells."""
LEAVING = ("quit", "exit")


class Texting(Protocol):
    """Whatever takes a text of a phone and brings the answer, and what else has reached phones."""

    def exchange(self, phone: str, text: str) -> Exchange: ...

    def unread(self) -> list[tuple[str, str]]: ...


def talk(stage: Stage, phones: Texting, network: Network, read: Callable[[str], str] = input) -> None:
    """Read texts from the terminal (`read` gives the answer to a prompt) until somebody leaves or the end."""
    if find_spec("readline") is not None:
        import_module("readline")  # from now on `input` edits lines and remembers them
    who = "D1001 owner"
    known = {**network.phones, "stranger": STRANGER}
    stage.say("", *HELP.splitlines(), "")
    names = {phone: name for name, phone in known.items()}
    while True:
        stage.say(*(f"  → {names.get(phone, phone)}: {text}" for phone, text in phones.unread()))
        try:
            line = read(f"{who}> ").strip()
        except (EOFError, KeyboardInterrupt):
            print_error("")
            return
        if not line or line.casefold() in LEAVING:
            return
        if line.startswith("@"):
            who = _take(stage, known, line[1:].strip(), who, read)
            continue
        found = phones.exchange(known[who], line.replace("\\n", "\n"))
        stage.text(who, line, found.answer, found.changed, found.milliseconds, right=True)


def _take(stage: Stage, known: Mapping[str, str], wanted: str, who: str, read: Callable[[str], str]) -> str:
    """Whose phone is taken by what stands behind an @; the one that was, where something is shown instead."""
    if not wanted:
        stage.say(*_listed(known))
    elif wanted.isdecimal() and 1 <= int(wanted) <= len(stage.acts):
        stage.show_act(int(wanted), lambda: read("-- Enter goes on, any word ends -- ").strip() == "")
    else:
        words = wanted.casefold().split()
        # As it is written, else as it begins, else whoever has all the words somewhere in the name.
        found = (
            [name for name in known if name.casefold().split() == words]
            or [name for name in known if name.casefold().startswith(wanted.casefold())]
            or [name for name in known if all(word in name.casefold().split() for word in words)]
        )
        if not found:
            stage.say(f"there is no phone '{wanted}'; @ lists them")
            return who
        if len(found) > 1:
            stage.say(f"{found[0]} is taken; others so named: {', '.join(found[1:6])}{', …' if found[6:] else ''}")
        return found[0]
    return who


def _listed(known: Mapping[str, str]) -> list[str]:
    """The phones, those of one shop or region on a line, with its name and language."""
    shops = {code: f"{name}, {region}, {language}" for code, name, region, _, _, language in DEALERS}
    lines: dict[str, list[str]] = {}
    for name, phone in known.items():
        place, _, role = name.partition(" ")
        lines.setdefault(place, []).append(f"{role} {phone}".strip())
    return [
        f"  {place:<8} {'; '.join(who)}" + (f"  ({shops[place]})" if place in shops else "")
        for place, who in lines.items()
    ]
