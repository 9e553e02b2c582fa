"""What people ask of a link: to pause, to send again, to bind again, to record what goes over it."""

from __future__ import annotations

from collections.abc import Collection

from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.links import books as links
from smsgw.errors import NOT_FOUND, refuse
from smsgw.values.nearest import did_you_mean

PAUSE, RESUME, REBIND, CAPTURE = "pause", "resume", "rebind", "capture"


@action(Right.CONTROL_LINKS)
def control_link(
    session: Session,
    served: Collection[str],
    name: str,
    command: str,
    *,
    seconds: int | None = None,
    file: str | None = None,
) -> int:
    """Give a command to a link that a running daemon serves; its number, by which to follow it (`links.progress`).

    `served` are the names of those links; `seconds` and `file` are those of a capture. Raises Refused.
    """
    if not served:
        refuse("no daemon runs on this database; start it with `smsgw run`")
    if name not in served:
        known = sorted(set(served))
        advice = did_you_mean(name, known, f"there is {', '.join(known)}")
        refuse(f"there is no link '{name}'; {advice}", NOT_FOUND)
    number = links.give_command(session.connection, name, command, session.now, seconds=seconds, file=file)
    detail = {"seconds": seconds, "file": file} if command == CAPTURE else {}
    session.record(f"link {command}", name, detail)
    return number
