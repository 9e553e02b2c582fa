"""Workbooks made part by part, as programs write them and as damage leaves them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def cell(value: object, reference: str = "", style: int | None = None) -> str:
    """The XML of a cell; None is no cell at all, a string that begins with `<` is XML already."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<"):
        return value
    at = f' r="{reference}"' if reference else ""
    look = f' s="{style}"' if style is not None else ""
    if isinstance(value, str):
        return f'<c{at}{look} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c{at}{look}><v>{value}</v></c>"


def sheet(rows: Sequence[Sequence[object]], *, dimension: str = "", namespace: str = TRANSITIONAL) -> str:
    """The XML of a sheet, its cells with references."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(cell(value, f"{chr(65 + place)}{number}") for place, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'<worksheet xmlns="{namespace}">{size}<sheetData>{"".join(lines)}</sheetData></worksheet>'


@dataclass
class Parts:
    """A workbook: sheets by name with their state, number formats by style, and whatever else is to be written."""

    sheets: Mapping[str, str]
    states: Mapping[str, str] = field(default_factory=dict)
    formats: Sequence[str] = ()
    shared: Sequence[str] = ()
    properties: str = ""
    calculation: str = ""
    namespace: str = TRANSITIONAL
    links: str = LINKS
    kinds: Mapping[str, str] = field(default_factory=dict)  # sheet → chartsheet
    others: Mapping[str, bytes] = field(default_factory=dict)  # parts that replace or join those
    without: Sequence[str] = ()

    def parts(self) -> dict[str, bytes]:
        """Every part by its name."""
        numbered = list(enumerate(self.sheets.items(), start=1))
        named = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"'
            + (f' state="{self.states[name]}"' if name in self.states else "")
            + "/>"
            for n, (name, _) in numbered
        )
        targets = "".join(
            f'<Relationship Id="rId{n}" Type="{self.links}/{self.kinds.get(name, "worksheet")}"'
            f' Target="worksheets/sheet{n}.xml"/>'
            for n, (name, _) in numbered
        )
        targets += f'<Relationship Id="rS" Type="{self.links}/styles" Target="styles.xml"/>'
        targets += f'<Relationship Id="rT" Type="{self.links}/sharedStrings" Target="sharedStrings.xml"/>'
        formats = "".join(
            f'<numFmt numFmtId="{200 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(self.formats)
        )
        used = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(self.formats)))
        relationships = "http://schemas.openxmlformats.org/package/2006/relationships"
        found = {
            "_rels/.rels": f'<Relationships xmlns="{relationships}"><Relationship Id="r1"'
            f' Type="{self.links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{self.namespace}" xmlns:r="{self.links}">{self.properties}'
            f"<sheets>{named}</sheets>{self.calculation}</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relationships}">{targets}</Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{self.namespace}"><numFmts>{formats}</numFmts>'
            f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{self.namespace}">{"".join(self.shared)}</sst>',
        }
        found |= {f"xl/worksheets/sheet{n}.xml": body for n, (_, body) in numbered}
        octets = {name: body.encode() for name, body in found.items()} | dict(self.others)
        return {name: body for name, body in octets.items() if name not in self.without}

    def saved(self) -> bytes:
        """The octets of the workbook."""
        return packed(self.parts())


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()
