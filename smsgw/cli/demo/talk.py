"""Texting by hand once the play is over: choose a phone, write, read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from smsgw.cli.demo.network import Network
from smsgw.cli.demo.phones import Exchange
from smsgw.cli.demo.play import STRANGER
from smsgw.cli.demo.show import Stage

HELP = """\
Now it is your turn. Texts go from the phone whose name stands before the >.
  @D1001 clerk   take another phone: a dealer with owner, clerk or promoter; EAST field; EAST manager; hq; stranger
  @              list the phones
  \\n             a new line inside a text
  an empty line or Ctrl-D ends the demo
What reaches a phone without being an answer, such as a notice, is shown at the next prompt."""


class Texting(Protocol):
    """Whatever takes a text of a phone and brings the answer, and what else has reached phones."""

    def exchange(self, phone: str, text: str) -> Exchange: ...

    def unread(self) -> list[tuple[str, str]]: ...


def talk(stage: Stage, phones: Texting, network: Network, read: Callable[[str], str] = input) -> None:
    """Read texts from the terminal (`read` gives the answer to a prompt) until an empty line or the end."""
    who = "D1001 owner"
    known = {**network.phones, "stranger": STRANGER}
    stage.say("", HELP, "")
    names = {phone: name for name, phone in known.items()}
    while True:
        stage.say(*(f"  → {names.get(phone, phone)}: {text}" for phone, text in phones.unread()))
        try:
            line = read(f"{who}> ").strip()
        except (EOFError, KeyboardInterrupt):
            print(file=sys.stderr)
            return
        if not line:
            return
        if line.startswith("@"):
            wanted = line[1:].strip()
            if not wanted:
                stage.say(*(f"  {name:<16} {phone}" for name, phone in known.items()))
                continue
            match = next((name for name in known if name.casefold() == wanted.casefold()), None)
            match = match or next((name for name in known if name.casefold().startswith(wanted.casefold())), None)
            if match is None:
                stage.say(f"there is no phone '{wanted}'; @ lists them")
            else:
                who = match
            continue
        found = phones.exchange(known[who], line.replace("\\n", "\n"))
        stage.text(who, line, found.answer, found.changed, found.milliseconds, right=True)
