"""Octets that are no UTF-8: Chinese ones are read, all others are refused unless somebody says what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.tables.fault import BadTable
from smsgw.tables.files import Choice, Columns, Table, read

COLUMNS = Columns(("phone", "name"))

WESTERN = [
    "Peña Muñoz",
    "Iñaki Muñiz",
    "Åsa Öberg",
    "João",
    "Müller",
    "François",
    "Größe",
    "SÃO PAULO",
    "naïve",
    "crédito",
]
RUSSIAN = ["Иван", "Иванов", "ИВАН", "ИВАНОВ", "МОСКВА", "Анна Петрова", "СЕРГЕЙ ПЕТРОВ", "Ольга"]
JAPANESE = ["東京", "山田太郎", "サンシャイン", "ｱｲｳｴ", "鈴木"]
TRADITIONAL = ["臺灣手機行", "陳大文", "張偉", "林志玲", "台北通訊行"]
OTHERS = {
    "cp1252": WESTERN,
    "mac_roman": ["François", "Peña Muñoz", "Müller", "Åsa"],
    "cp1251": RUSSIAN,
    "koi8_r": ["Иван", "Москва"],
    "mac_cyrillic": ["Иван", "Москва"],
    "cp932": JAPANESE,
    "euc_jp": ["東京", "山田"],
    "cp950": TRADITIONAL,
    "cp949": ["삼성", "김철수", "서울", "이영희"],
    "cp1250": ["Łukasz", "Žižka", "Dvořák"],
    "cp1254": ["Şahin", "Gülşen"],
    "cp1256": ["محمد"],
    "cp1253": ["Αθήνα"],
    "cp874": ["สมชาย"],
}
CHINESE = [
    "张伟",
    "李婷",
    "王玥",
    "阳光手机",
    "鑫鑫通讯",
    "华东",
    "vivo鑫源通讯",
    "Shanghai, 上海",
    "朱镕基",
    "刘珺",
    "陈堃",
    "陈喆",
    "曙光3.5",
    "A350玥",
    "T恤",
    "李",
    "欧阳娜娜",
    "司马懿",
    "诸葛亮",
    "乌鲁木齐",
    "衢州",
    "濮阳",
    "亳州",
    "Nova 手机（双卡）",
    "备注：无",
    "￥1,040.00",
]


def table(tmp_path: Path, data: bytes, encoding: str | None = None) -> Table:
    path = tmp_path / "contacts.csv"
    path.write_bytes(data)
    return read(path, COLUMNS, Choice(encoding=encoding))


def octets(word: str, encoding: str) -> bytes:
    return f'phone,name\r\n+8613900000009,"{word}"\r\n'.encode(encoding)


def refusal(tmp_path: Path, data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(BadTable) as caught:
        table(tmp_path, data, encoding)
    (fault,) = caught.value.faults
    return str(fault)


@pytest.mark.parametrize(("encoding", "word"), [(name, word) for name, words in OTHERS.items() for word in words])
def test_another_encoding_never_passes_as_chinese_and_is_read_when_it_is_named(
    tmp_path: Path, encoding: str, word: str
) -> None:
    data = octets(word, encoding)
    assert "--encoding" in refusal(tmp_path, data)
    assert table(tmp_path, data, encoding).rows[0].cells["name"] == word.replace("\u3000", " ")


@pytest.mark.parametrize("word", CHINESE)
def test_chinese_in_gbk_is_read_and_told(tmp_path: Path, word: str) -> None:
    found = table(tmp_path, octets(word, "gb18030"))
    assert found.rows[0].cells["name"] == word
    assert found.looked.encoding == "GB18030"


def test_a_file_of_many_names_may_have_rare_ones(tmp_path: Path) -> None:
    names = ["王小明", "李丽", "张建国", "龘", "赵敏"]
    body = "phone,name\r\n" + "".join(f"1390000000{n},{name}\r\n" for n, name in enumerate(names))
    assert [row.cells["name"] for row in table(tmp_path, body.encode("gb18030")).rows] == names


def test_one_foreign_name_among_ascii_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    lines = "".join(f"1390000{n:04},Smith\r\n" for n in range(1000))
    data = ("phone;name\r\n".replace(";", ",") + lines + "13900000009,Ana Muñoz\r\n").encode("cp1252")
    assert "as GB18030 it reads 'Mu駉z'" in refusal(tmp_path, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are_need_no_name(tmp_path: Path, encoding: str) -> None:
    assert table(tmp_path, octets("Peña 华东", encoding)).rows[0].cells["name"] == "Peña 华东"


@pytest.mark.parametrize("said", ["windows-1252", "Windows 1252", "cp1252", "latin-1", "ISO-8859-1", "WINDOWS_1252"])
def test_an_encoding_has_many_names(tmp_path: Path, said: str) -> None:
    found = table(tmp_path, octets("Müller", "cp1252"), said)
    assert (found.rows[0].cells["name"], found.looked.encoding) == ("Müller", "windows-1252")


def test_an_encoding_that_is_none_or_is_not_that_of_the_file_is_refused(tmp_path: Path) -> None:
    data = octets("Müller", "cp1252")
    assert refusal(tmp_path, data, "windows-1525").endswith("no encoding 'windows-1525'; did you mean windows-1255?")
    assert refusal(tmp_path, data, "rot13").startswith("the file: there is no encoding 'rot13'")
    assert refusal(tmp_path, data, "utf-8") == "the file: is not in utf-8: it has octets that mean nothing there"
    marked = octets("x", "utf-8-sig")
    assert refusal(tmp_path, marked, "gbk") == "the file: begins with the mark of UTF-8, so it is not in gbk"
    wide = octets("x", "utf-16")[:-1]
    assert refusal(tmp_path, wide) == "the file: begins with the mark of UTF-16 and is damaged further on"


def test_a_workbook_has_no_encoding_and_a_text_no_sheets(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"PK\x03\x04", "gbk") == "the file: is a workbook, which has no encoding to be named"
    (tmp_path / "contacts.csv").write_bytes(b"phone,name\n")
    with pytest.raises(BadTable) as caught:
        read(tmp_path / "contacts.csv", COLUMNS, Choice(sheet="S"))
    assert caught.value.faults[0].reason == "is a text file, which has no sheets to be named"


@pytest.mark.parametrize(
    ("encoding", "codec", "word"),
    [
        *(
            (name, name, word)
            for name in ("hz", "utf-7")
            for word in ("张伟", "阳光手机", "Shanghai, 上海", "A350曙光")
        ),
        ("iso-2022-jp", "iso2022_jp", "東京 山田"),
        ("iso-2022-jp", "iso2022_jp", "鈴木"),
    ],
)
def test_hanzi_made_of_ascii_are_refused_and_read_when_they_are_named(
    tmp_path: Path, encoding: str, codec: str, word: str
) -> None:
    data = octets(word, codec)
    assert f"it seems; add --encoding {encoding} if it has" in refusal(tmp_path, data)
    assert table(tmp_path, data, encoding).rows[0].cells["name"] == word


@pytest.mark.parametrize(
    "name", ["+8613900000001-2", "A350+B200-", "Li~Na", "~{", "C+Galaxy-", "+1-800-FLOWERS", "+39-06-", "a+bcdefg-h"]
)
def test_signs_among_letters_are_no_encoding(tmp_path: Path, name: str) -> None:
    assert table(tmp_path, octets(name, "ascii")).rows[0].cells["name"] == name
