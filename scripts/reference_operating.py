"""The reference of what an operator types and sets: from the command line and the settings."""

from __future__ import annotations

import importlib
import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from enum import Enum
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import typer
from pydantic import SecretStr
from reference_markdown import chapter, table
from typer.models import ArgumentInfo, OptionInfo

from smsgw.cli.app import COMMANDS
from smsgw.cli.common.offered import Offered
from smsgw.settings.sections import Settings

_OF_ALL = ("config", "json")  # parameters that every command has


def commands() -> str:
    """Every command with its options, read off the functions that typer calls."""
    parts = [
        "Every command takes `--config FILE` (the configuration; else the file that `SMSGW_CONFIG` names, else "
        "`smsgw.toml` in the working directory) and `--json` (JSON, and nothing else, on standard output)."
    ]
    for name in COMMANDS:
        app: typer.Typer = importlib.import_module(f"smsgw.cli.{COMMANDS[name]}").app
        group = app.registered_callback
        members = app.registered_commands
        if group is None and len(members) == 1:
            parts += _command(f"## smsgw {name}", members[0].callback)
            continue
        about = _sentence(group.callback) if group is not None and group.callback is not None else app.info.help
        parts.append(f"## smsgw {name}\n\n{about}")
        if isinstance(app.info.cls, type) and issubclass(app.info.cls, Offered):
            for each, run in app.info.cls.offered().items():
                parts += _command(f"### smsgw {name} {each}", run)
        for member in members:
            assert member.callback is not None, "every command has a function"
            called = member.name or member.callback.__name__.replace("_", "-")
            parts += _command(f"### smsgw {name} {called}", member.callback)
    return chapter("Commands", *parts)


def _sentence(function: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def _command(heading: str, function: Callable[..., Any] | None) -> Iterator[str]:
    assert function is not None
    yield f"{heading}\n\n{_sentence(function)}"
    arguments: list[str] = []
    rows: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind, info = get_args(hints[name])[:2]
        required = parameter.default is inspect.Parameter.empty
        meaning = _meaning(info.help or "", required, parameter.default, info)
        if isinstance(info, ArgumentInfo):
            shown = re.sub(r"[][…]|\.\.\.", "", info.metavar or name.upper())
            many = "…" if "list" in str(kind) else ""
            arguments.append(f"{shown}{many}" if required else f"[{shown}{many}]")
            if meaning:
                rows.append((f"`{shown}`", meaning))
        elif not info.hidden and name not in _OF_ALL:
            options.append((f"`{_called(name, kind, info)}`", meaning))
    line = " ".join((heading.lstrip("# "), *arguments, *(("[options]",) if options else ())))
    yield f"```\n{line}\n```"
    if rows or options:
        yield table(("", "meaning"), (*rows, *options))


def _called(name: str, kind: Any, info: OptionInfo) -> str:
    # Within Annotated, typer takes the first name for a default and puts it back itself.
    first = (info.default,) if isinstance(info.default, str) else ()
    names = ", ".join((*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",))
    if kind is bool:
        return names
    of = next((each for each in (kind, *get_args(kind)) if isinstance(each, type)), str)
    if info.metavar:
        return f"{names} {info.metavar}"
    if issubclass(of, Enum):
        return f"{names} {'|'.join(str(each.value) for each in of)}"
    return f"{names} {'N' if of in (int, float) else 'TEXT'}"


def _meaning(text: str, required: bool, default: Any, info: OptionInfo | ArgumentInfo) -> str:
    said = [" ".join(text.split())]
    default = getattr(default, "value", default)
    if required and isinstance(info, OptionInfo):
        said.append("Required.")
    elif isinstance(default, str | int | float) and not isinstance(default, bool) and default != "":
        said.append(f"Default: `{default}`.")
    if info.min is not None:
        said.append(f"At least {info.min}{f', at most {info.max}' if info.max is not None else ''}.")
    return " ".join(each if each.endswith((".", "…")) else f"{each}." for each in said if each)


def settings() -> str:
    reference = files("smsgw.defaults").joinpath("smsgw.toml").read_text(encoding="utf-8")
    parts = [
        "The keys of `smsgw.toml`, which `smsgw init` writes with these comments. A missing key has the value shown; "
        "an unknown one is refused. Each can also come from the environment: `SMSGW_DATABASE__URL`, "
        "`SMSGW_SMSC__OPERATOR_A__PASSWORD` (of the entry named operator-a)."
    ]
    for name, field in Settings.model_fields.items():
        several = bool(get_args(field.annotation))
        model: Any = get_args(field.annotation)[0] if several else field.annotation
        header = f"[[{name}]]" if several else f"[{name}]"
        intro = re.search(rf"((?:^# .*\n)+)#?{re.escape(header)}$", reference, re.MULTILINE)
        if intro is None:
            raise SystemExit(f"config/smsgw.toml has no comment above {header}")
        about = " ".join(line.removeprefix("# ") for line in intro[1].splitlines())
        about = about.replace(" Take the # away to have this one.", "")
        rows = [
            (f"`{key}`", f"`{_toml(known.default)}`", known.description or "")
            for key, known in model.model_fields.items()
        ]
        parts.append(f"## {header}\n\n{about}\n\n{table(('key', 'default', 'meaning'), rows)}")
    return chapter("Settings", *parts)


def _toml(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(each)}' for key, each in value.items()) + "}"
    written = f"{value:g}" if isinstance(value, float) else str(value)
    assert tomllib.loads(f"x = {written}")["x"] == value
    return written
