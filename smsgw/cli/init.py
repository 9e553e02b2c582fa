"""smsgw init: a commented configuration and an empty database beside it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import print_line
from smsgw.errors import SmsgwError

app = options.app()

FILE = "smsgw.toml"


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; made if it is not there.")] = Path(),
) -> None:
    """Write a commented smsgw.toml, and create and migrate the SQLite database beside it. Never overwrites.

    One that was interrupted can be run again.
    """
    path = directory / FILE
    text = resources.files("smsgw.defaults").joinpath(FILE).read_text(encoding="utf-8")
    if _was_interrupted(path, text):
        path.unlink()
    write(path, text)
    migrate(path)
    then = f"set your operator under [[smsc]], then: smsgw check --config {path}"
    print_line(f"{path} and its database are ready; {then}")


def _was_interrupted(path: Path, text: str) -> bool:
    """Whether a file is what an earlier `init` left: our text as far as it came, and no whole database beside it."""
    from smsgw.cli.common.opening import engine_of
    from smsgw.settings.loading import load
    from smsgw.store.migrate import current

    try:
        found = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False  # none, or not ours
    if found != text:
        return text.startswith(found)
    try:
        engine = engine_of(load(path))
        empty = current(engine) is None
        engine.dispose()
    except SmsgwError:
        return True  # there is no database, and if it is another fault, creating it will tell
    return empty


def write(path: Path, text: str) -> None:
    """A new file, its directory with it; a file that is there is left as it is, and refused."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SmsgwError(f"{path} is there already and was left as it is; name another directory") from None
    except OSError as error:
        raise SmsgwError(f"{path} cannot be written: {error.strerror}") from None


def migrate(path: Path) -> None:
    """Create the database of a configuration, and bring it up to date."""
    from smsgw.cli.common.opening import engine_of
    from smsgw.settings.loading import load
    from smsgw.store.migrate import upgrade

    engine = engine_of(load(path), create=True)
    upgrade(engine)
    engine.dispose()
