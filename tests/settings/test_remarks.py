"""What of the settings works and is worth a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.settings.loading import load
from smsgw.settings.remarks import remarks

SMSC = '[[smsc]]\nname = "a"\nhost = "h"\naddress = "1069"\n'


def loaded(home: Path, keys: str = "", top: str = "") -> list[str]:
    path = home / "smsgw.toml"
    path.write_text(top + SMSC + keys, encoding="utf-8")
    path.chmod(0o600)
    return remarks(load(path, {}))


@pytest.mark.parametrize(
    ("keys", "key", "length", "most"),
    [
        ('password = "abcdefghij12"', "password", 12, 8),
        (f'system_id = "{"s" * 21}"', "system_id", 21, 15),
        (f'system_type = "{"t" * 16}"', "system_type", 16, 12),
        ('service_type = "CMTXXX"', "service_type", 6, 5),
        (f'outbind_password = "{"p" * 12}"', "outbind_password", 12, 8),
        (f'address_range = "{"1" * 41}"', "address_range", 41, 40),
    ],
)
def test_what_is_longer_than_the_book_is_taken_with_a_remark(
    tmp_path: Path, keys: str, key: str, length: int, most: int
) -> None:
    (remark,) = loaded(tmp_path, keys)
    assert remark.startswith(f"smsc[a].{key} has {length} characters, SMPP has room for {most}; ")


def test_a_password_of_a_file_is_remarked_on_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("a-long-password\n", encoding="utf-8")
    (tmp_path / "word").chmod(0o600)
    (remark,) = loaded(tmp_path, 'password_file = "word"')
    assert "15 characters" in remark
    assert "a-long" not in remark


@pytest.mark.parametrize(
    ("mode", "done"),
    [(0o600, ""), (0o640, ""), (0o644, "read"), (0o604, "read"), (0o666, "changed"), (0o602, "changed")],
)
@pytest.mark.parametrize("which", ["smsgw.toml", "word", "url", "key.pem", "smsgw.db", "smsgw.db-wal"])
def test_what_every_user_can_read_is_remarked_on(tmp_path: Path, which: str, mode: int, done: str) -> None:
    for name, text in (("word", "secret"), ("url", "sqlite:///smsgw.db"), ("key.pem", ""), ("smsgw.db-wal", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "smsgw.db").touch()
    for name in ("word", "url", "key.pem", "smsgw.db", "smsgw.db-wal"):
        (tmp_path / name).chmod(0o600)
    loaded(tmp_path, 'password_file = "word"\ntls_key = "key.pem"\n', '[database]\nurl_file = "url"\n')
    (tmp_path / which).chmod(mode)
    found = remarks(load(tmp_path / "smsgw.toml", {}))
    path = tmp_path / which
    assert found == ([f"{path} can be {done} by every user of this machine; chmod 600 {path}"] if done else [])
