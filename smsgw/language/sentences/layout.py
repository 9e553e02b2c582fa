"""The page: stamps of chats, list signs, headings and tables taken for what they are, before any word is read.

What comes out is plain lines of words: a stamp has become its day, a sign is gone, a row of a table says its model and
quantity. List numbers are therefore never quantities, nor parts of an IMEI.
"""

from __future__ import annotations

import re

from smsgw.language.names.imei import check_digit

_STAMP = re.compile(
    r"^\s*\[?(\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}),?\s+\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\]?\s*-?\s*[^:\n\[\]]{1,40}:\s",
    re.IGNORECASE,
)
_NAME_STAMP = re.compile(r"^\s*[^\d\n:：]{1,20}\s+(20\d\d-\d{1,2}-\d{1,2})\s+\d{1,2}:\d{2}(?::\d{2})?\s*$")
_FORWARD = re.compile(r"^\s*(?:fwd?|forwarded|转发)[^:：\n]{0,20}[:：]\s*(?:[^:：\n\"“]{1,20}[:：]\s*)?", re.IGNORECASE)
_SIGN = re.compile(
    r"^\s*(?:[(（]?(\d{1,3})\s*(?:[.:：](?!\d)|[)）、])|#(\d{1,3})\b|no\.?\s*(\d{1,3})[.:\s]|([①-⑳])|([一二三四五六七八九十]{1,2})[、.])\s*",
    re.IGNORECASE,
)
_BARE_SIGN = re.compile(r"^\s*(\d{1,3})[\s\t]+(?=\S)")
_BULLET = re.compile(r"^\s*[-–—•*·▪●◦>]+\s+")
_INLINE = re.compile(
    r"(?:(?<=^)|(?<=[\s,，;；。、:：(（]))"
    r"(?:(\d{1,2})\s*(?:[、)）]|\.(?=\s|[^\d\s]))|([①-⑳⑴-⒇])|[#№]\s?(\d{1,2})(?=\s))\s*"
    r"|(?:(?<=^)|(?<=[:：;；]))\s*(\d{1,2})\s*[,，]\s*"
)
_GLUED = re.compile(r"(?<!\d)([1-9])(\d{15})(?!\d)")
_WITH_SIGN = 16  # figures of an IMEI with one before it
_CHINESE = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_RESTATED = re.compile(r"(\d{1,2})\s*\((" + "|".join(_WORDS) + r")\)(?:\s+only)?", re.IGNORECASE)
_HEADING = re.compile(r"^\s*【([^】]*)】")
_CELLS = re.compile(r"\t+|\s*\|\s*|\s{2,}")
_TICKS = re.compile(r"^(.*?[A-Za-z0-9\u3400-\u9fff]\S*)\s+(\|{1,12})\s*$")

_ROLES = (
    ("day", re.compile(r"date|sale date|date of sale|day|日期|销售日期|日", re.IGNORECASE)),
    ("imei", re.compile(r"imei\d?|imeis|imei (?:no|number)|串号|串码|机身号|iemi", re.IGNORECASE)),
    ("model", re.compile(r"model(?: name| no)?|models|item|product|handset|型号|机型|产品|品名", re.IGNORECASE)),
    ("sold", re.compile(r"sold(?: qty)?|sales?(?: qty)?|销量|销售|销售数量|卖出", re.IGNORECASE)),
    ("held", re.compile(r"stock|closing(?: stock)?|balance|期末库存|库存|结存|盘点", re.IGNORECASE)),
    ("quantity", re.compile(r"qty|quantity|nos?|pcs|units?|数量|台数", re.IGNORECASE)),
    (
        "none",
        re.compile(
            r"s\.?\s?n\.?|s\.? ?no\.?|sr\.? ?no\.?|sl\.? ?no\.?|#|no\.?|序号|编号|amount|amt|value|price|rate|mrp"
            r"|unit price|单价|金额|价格|customer(?: name)?|cust|name|phone|mobile|contact|remarks?|colou?r"
            r"|客户|姓名|电话|客户电话|备注|颜色",
            re.IGNORECASE,
        ),
    ),
)
HEADED = "model qty"  # stands for a heading that says not what happened to the sets
_TOTAL = re.compile(r"\s*(?:grand\s+)?total|合计|总计|sum", re.IGNORECASE)


_HEADED = re.compile(r"[:：]\s*1\s*[,，]")  # a list of which a comma is the sign
# What a page has that is to be laid out: lines, cells, signs of a list, a stamp; first a bullet or `Fwd`.
_SIGNS = frozenset("【\n\r\t|#•*·▪●◦>[、)）①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽№")
_FIRST = re.compile(r"\s*(?:[-–—(（]|fwd?\b|forwarded|转发|no\.?\s*\d)", re.IGNORECASE)


def is_plain(text: str) -> bool:
    """Whether there is nothing to lay out in a text."""
    plain = _SIGNS.isdisjoint(text) and "  " not in text and "1." not in text
    if not plain or (("," in text or "，" in text) and _HEADED.search(text)):
        return False
    return not _FIRST.match(text) and (len(text) < _WITH_SIGN or not _GLUED.search(text))


def lay_out(text: str) -> str:
    """The text as plain lines; the very text where there is nothing to lay out."""
    if is_plain(text):
        return text
    text = _RESTATED.sub(lambda m: m[1] if _WORDS[int(m[1]) - 1 : int(m[1])] == [m[2].lower()] else m[0], text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [_stamped(_HEADING.sub(r"\1 ", line)) for line in lines]
    table = _table(lines)
    if table is not None:
        return "\n".join(table)
    lines = _unsigned(lines)
    lines = [_TICKS.sub(lambda m: f"{m[1]} x{len(m[2])} tally", _BULLET.sub("", line)) for line in lines]
    return "\n".join(_unglued(_unsigned_inline(line)) for line in lines)


def _stamped(line: str) -> str:
    stamp = _STAMP.match(line)
    if stamp:
        return f"{stamp[1]} {line[stamp.end() :]}"
    named = _NAME_STAMP.match(line)
    if named:
        return named[1]
    forward = _FORWARD.match(line)
    return line[forward.end() :] if forward else line


def _number(sign: re.Match[str]) -> int:
    digits = sign[1] or sign[2] or sign[3]
    if digits:
        return int(digits)
    if sign[4]:
        return ord(sign[4]) - ord("①") + 1
    hanzi = sign[5]
    return _CHINESE[hanzi] if len(hanzi) == 1 else 10 + _CHINESE.get(hanzi[1], 0)


def _unsigned(lines: list[str]) -> list[str]:
    """The lines without the signs of a list, where signs of one kind count 1, 2, 3 at the heads of lines."""
    for form in (_SIGN, _BARE_SIGN):
        found = [(at, m) for at, line in enumerate(lines) if (m := form.match(line))]
        numbers = [_number(m) if form is _SIGN else int(m[1]) for _, m in found]
        enough = 1 if form is _SIGN and len(lines) > 1 else 2
        if (
            len(found) >= enough
            and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            and numbers[0] in (0, 1)
        ):
            cut = dict(found)
            if form is _BARE_SIGN and not all(_rest_says_more(lines[at][m.end() :]) for at, m in found):
                continue
            return [line[cut[at].end() :] if at in cut else line for at, line in enumerate(lines)]
    return lines


def _rest_says_more(rest: str) -> bool:
    """Whether a line behind a bare number holds an IMEI, or a quantity of its own: the number is then a list's."""
    return bool(re.search(r"\d{14}", rest.replace(" ", "").replace("-", "")))


def _inline_number(sign: re.Match[str]) -> int:
    circled = sign[2]
    if circled:
        return ord(circled) - ord("①" if circled <= "⑳" else "⑴") + 1
    return int(sign[1] or sign[3] or sign[4])


def _unsigned_inline(line: str) -> str:
    """A line that numbers what it lists (`1、A350 2台 2、B200 1台`), each item on a line of its own."""
    found = list(_INLINE.finditer(line))
    numbers = [_inline_number(m) for m in found]
    if len(found) < 2 or numbers != list(range(1, len(numbers) + 1)) or not line[found[-1].end() :].strip():
        return line
    head = line[: found[0].start()].rstrip()
    if not found[0][2] and any(c.isascii() and c.isdigit() for c in (head.split() or [""])[-1]):
        return line  # `A350 1、C100 2、`: quantities
    out, last = [], 0
    for m in found:
        out.append(line[last : m.start()])
        last = m.end()
    out.append(line[last:])
    return "\n".join(part for part in out if part.strip())


def _unglued(line: str) -> str:
    """A line without list numbers glued to IMEIs (`1860… 2860…`), where they count and what is left are IMEIs."""
    found = list(_GLUED.finditer(line))
    if len(found) < 2 or [int(m[1]) for m in found] != list(range(1, len(found) + 1)):
        return line
    return _GLUED.sub(r"\2", line) if all(check_digit(m[2][:14]) == m[2][14] for m in found) else line


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]


def _role(cell: str) -> str | None:
    return next((role for role, form in _ROLES if form.fullmatch(cell.strip(" :：."))), None)


def _roles(cells: list[str]) -> list[str] | None:
    """What two or more cells say that their columns are; None where one of them says nothing of the sort."""
    roles: list[str] = []
    for cell in cells if len(cells) > 1 else ():
        role = _role(cell)
        if role is None:
            return None
        roles.append(role)
    return roles or None


def _table(lines: list[str]) -> list[str] | None:
    """The rows of a table with a heading line as plain lines; None where there is no such table."""
    for top, line in enumerate(lines):
        sign = next((c for c in ",，;" if c in line and "\t" not in line and "|" not in line), None)
        if sign is not None:
            heads = [cell.strip() for cell in line.split(sign)]
        else:
            heads = _cells(line) if "\t" in line or "|" in line or "  " in line.strip() else line.split()
        roles = _roles([cell for cell in heads if cell])
        if roles is None or not {"imei", "model"} & set(roles):
            continue
        loose = "\t" not in line and "|" not in line
        out = [*lines[:top]]
        if "held" in roles:
            out.append("盘点")
        elif top == 0:
            out.append("sold" if {"sold", "imei"} & set(roles) else HEADED)
        rows = 0
        for row in lines[top + 1 :]:
            if sign is not None:
                cells = [cell.strip() for cell in row.split(sign)]
                if len(cells) != len(roles):
                    out.append(row)
                    continue
            else:
                cells = row.split() if loose and "  " not in row.strip() else _cells(row)
            cells = cells if len(cells) == len(roles) else [c for c in cells if c]
            if not any(cells):
                continue
            if len(cells) > 1 and _TOTAL.match(cells[0]):
                wanted = [
                    c
                    for c, r in zip(
                        cells[len(cells) - len(roles) :] if len(cells) >= len(roles) else [], roles, strict=False
                    )
                    if r in ("sold", "held", "quantity")
                ]
                if wanted and wanted[0].isdigit():
                    out.append(f"total {wanted[0]}")
                continue
            if len(cells) < 2 or len(cells) < len([r for r in roles if r != "none"]):
                out.append(row)
                continue
            rows += 1
            said = {role: cell for role, cell in zip(roles, cells, strict=False) if role != "none"}
            out.append(" ".join(said[r] for r in ("day", "model", "imei", "sold", "held", "quantity") if r in said))
        return out if rows else None
    return None
