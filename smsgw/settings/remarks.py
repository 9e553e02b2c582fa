"""What of the settings works and is worth a word: secrets that others can read, and names longer than the book."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from smsgw.settings.sections import Settings

# What SMPP v3.4 has room for (tables 4-1 and 4-11, without the NUL that ends each).
BOOK = {"system_id": 15, "password": 8, "system_type": 12, "service_type": 5, "address_range": 40}
_SQLITE = "sqlite:///"
_OUTBIND = {"outbind_system_id": 15, "outbind_password": 8}


def remarks(settings: Settings) -> list[str]:
    """One sentence for each thing that `smsgw check` and the start of the daemon remark on."""
    return [*exposed(settings), *_longer_than_the_book(settings)]


def exposed(settings: Settings) -> list[str]:
    """The configuration, secrets and database that any user of this machine can read or change."""
    found = []
    for path in dict.fromkeys(_secret_files(settings)):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue  # whoever needs it says that it is not there
        others = mode & stat.S_IRWXO
        if others & (stat.S_IROTH | stat.S_IWOTH):
            done = "changed" if others & stat.S_IWOTH else "read"
            found.append(f"{path} can be {done} by every user of this machine; chmod 600 {path}")
    return found


def _secret_files(settings: Settings) -> Iterator[Path]:
    if settings.path is not None:
        yield settings.path.resolve()
    names = [settings.database.url_file]
    for smsc in settings.smsc:
        names += [smsc.password_file, smsc.outbind_password_file, smsc.tls_key]
    yield from (settings.base / name for name in names if name)
    if settings.database.url.startswith(_SQLITE):
        database = settings.base / settings.database.url.removeprefix(_SQLITE).partition("?")[0]
        yield from (database, Path(f"{database}-wal"), Path(f"{database}-shm"))


def _longer_than_the_book(settings: Settings) -> Iterator[str]:
    for smsc in settings.smsc:
        for key, most in {**BOOK, **_OUTBIND}.items():
            value = getattr(smsc, key)
            length = len(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
            if length > most:
                yield (
                    f"smsc[{smsc.name}].{key} has {length} characters, SMPP has room for {most}; "
                    "it is sent as it is, and some SMSCs refuse that"
                )
