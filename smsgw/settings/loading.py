"""Settings of a deployment: defaults, smsgw.toml, the SMSGW_… environment, secrets from files; every fault at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from smsgw.errors import ConfigError, Fault
from smsgw.settings.alphabets import alphabets_without_code
from smsgw.settings.sections import Report, Route, Settings, Smsc
from smsgw.values.nearest import did_you_mean

__all__ = ["Settings", "Smsc", "load", "variable"]

PREFIX = "SMSGW_"
_LISTS: dict[str, type[BaseModel]] = {"smsc": Smsc, "report": Report, "route": Route}  # there may be several
_RENAMED = {  # a key of an older version: its name of today
    "gateway.grammar": "grammar_directory",
    "replies.files": "directory",
    "broadcast.people_for_one": "approval_above_recipients",
    "broadcast.cost_for_one": "approval_above_cost",
}
_OWN_VARIABLES = frozenset({"SMSGW_CONFIG"})  # read by the command line, not settings


def load(path: Path | None, environ: Mapping[str, str] | None = None, *, places: bool = True) -> Settings:
    """The settings of a file (None: defaults and environment alone).

    Raises ConfigError with every fault: what cannot be read, unknown keys with the nearest known one, values that
    are not allowed, secrets that cannot be read, entries that do not go together, and directories that are not there
    (unless `places` is false: the caller looks at `missing_places` itself).
    """
    environ = os.environ if environ is None else environ
    faults: list[Fault] = []
    place = str(path) if path else "settings"
    data = _read(path, faults) if path else {}
    base = path.resolve().parent if path else Path.cwd()
    origins: dict[tuple[str | int, ...], str] = {}
    _overlay_environment(data, environ, origins, faults, place)
    _read_secrets(data, base, origins, faults, place)
    settings = None
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        faults += [_fault(detail, data, origins, place) for detail in error.errors(include_url=False)]
    else:
        faults += _disagreements(settings, place)
    if faults or settings is None:
        raise ConfigError(faults)
    settings._path = path
    if places and (missing := missing_places(settings)):
        raise ConfigError(missing)
    return settings


def missing_places(settings: Settings) -> list[Fault]:
    """The directories that the settings name and that are not there."""
    place = str(settings._path) if settings._path else "settings"
    named = (
        ("gateway.grammar_directory", settings.gateway.grammar_directory),
        ("replies.directory", settings.replies.directory),
    )
    advice = "it is relative to the configuration file; make it, or leave the key empty"
    return [
        Fault(place, key, f"there is no directory {settings.base / name}", advice)
        for key, name in named
        if name and not (settings.base / name).is_dir()
    ]


def variable(*keys: str) -> str:
    """The environment variable of a key: ("smsc", "operator-a", "password") → SMSGW_SMSC__OPERATOR_A__PASSWORD."""
    return PREFIX + "__".join(re.sub(r"[^A-Z0-9]", "_", key.upper()) for key in keys)


def _read(path: Path, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        advice = "write one with: smsgw init, or name yours with --config FILE"
        faults.append(Fault(str(path), "", "there is no such file", advice))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(path), "", f"cannot be read: {error}"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(str(path), "", f"is not TOML: {error}", 'texts need quotes: name = "value"'))
    return {}


_Origins = dict[tuple[str | int, ...], str]


def _overlay_environment(
    data: dict[str, Any], environ: Mapping[str, str], origins: _Origins, faults: list[Fault], place: str
) -> None:
    sections = [name for name in Settings.model_fields if name not in _LISTS]
    entries = data.get("smsc", ())
    links = (
        {variable("smsc", str(e.get("name", Smsc().name))): i for i, e in enumerate(entries) if isinstance(e, dict)}
        if isinstance(entries, list)
        else {}
    )
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in _OWN_VARIABLES or "__" not in name:
            continue
        head, _, key = name.removeprefix(PREFIX).lower().rpartition("__")
        if head in sections:
            fields = _model_at((head,)).model_fields
            target: Any = data.setdefault(head, {})
            at: tuple[str | int, ...] = (head, key)
        elif head.startswith("smsc__"):
            index = links.get(name.rpartition("__")[0])
            if index is None:
                advice = did_you_mean(name.rpartition("__")[0], links) or "no [[smsc]] entry has that name"
                faults.append(Fault("environment", name, "names an entry that is not there", advice))
                continue
            fields, target, at = Smsc.model_fields, entries[index], ("smsc", index, key)
        else:
            advice = did_you_mean(name, (variable(s) + "__" + key.upper() for s in sections))
            faults.append(Fault("environment", name, "names a section that is not there", advice))
            continue
        if key not in fields:
            advice = did_you_mean(name, (variable(head) + "__" + f.upper() for f in fields))
            faults.append(Fault("environment", name, "names a key that is not there", advice))
        elif isinstance(target, dict):
            target[key] = environ[name]
            origins[at] = name


def _read_secrets(data: dict[str, Any], base: Path, origins: _Origins, faults: list[Fault], place: str) -> None:
    holders: list[tuple[tuple[str | int, ...], Any, str]] = [(("database",), data.get("database"), "url")]
    entries = data.get("smsc")
    if isinstance(entries, list):
        holders += [
            (("smsc", i), entry, key) for i, entry in enumerate(entries) for key in ("password", "outbind_password")
        ]
    for at, holder, key in holders:
        if not isinstance(holder, dict) or not isinstance(file := holder.get(key + "_file", ""), str) or not file:
            continue
        plain, by_file = origins.get((*at, key)), origins.get((*at, key + "_file"))
        if key in holder and (plain is None) == (by_file is None):
            dotted = _dotted_path((*at, key), data)
            faults.append(Fault(by_file or place, dotted, f"is given twice, by {key} and {key}_file", "keep one"))
        elif plain is None:  # the environment's plain value goes before the file's name in smsgw.toml
            try:
                holder[key] = (base / file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
                faults.append(
                    Fault(by_file or place, _dotted_path((*at, key + "_file"), data), f"{base / file}: {reason}")
                )


def _disagreements(settings: Settings, place: str) -> list[Fault]:
    """What no single key can be blamed for."""
    faults = []
    names: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    listens: dict[tuple[str, int], str] = {}
    for i, smsc in enumerate(settings.smsc):
        key = f"smsc[{i + 1}]"
        twin = names.setdefault(variable(smsc.name), smsc.name)
        if twin is not smsc.name:
            faults.append(Fault(place, f"{key}.name", f"{smsc.name} is too like {twin} above", "give it another name"))
        kinds.setdefault(smsc.link_name, []).append(smsc.bind)
        if smsc.reconnect_min > smsc.reconnect_max:
            faults.append(Fault(place, f"{key}.reconnect_min", "is more than reconnect_max"))
        faults += _text_rules(smsc, key, place)
        if smsc.outbind is not None:
            at = f"{key}.outbind_listen"
            if listens.setdefault(smsc.outbind, smsc.name) != smsc.name:
                faults.append(Fault(place, at, f"is that of {listens[smsc.outbind]} above", "give it another port"))
            if smsc.tls:
                faults.append(Fault(place, at, "does not go with tls = true", "put a TLS proxy before the port"))
    for link, binds in kinds.items():
        if len(binds) > 1 and sorted(binds) != ["receiver", "transmitter"]:
            wrong = f"link {link} has {len(binds)} binds: {', '.join(binds)}"
            faults.append(Fault(place, "smsc", wrong, "a pair is one transmitter and one receiver"))
    reports = [report.name for report in settings.report]
    for name in sorted({name for name in reports if reports.count(name) > 1}):
        faults.append(Fault(place, f"report[{name}].name", "names two rules", "give one another name"))
    faults += _routes(settings, tuple(kinds), place)
    if settings.limits.queue_low >= settings.limits.queue_high:
        faults.append(Fault(place, "limits.queue_low", "must be less than queue_high"))
    if settings.delivery.retry_delay > settings.delivery.retry_delay_max:
        faults.append(Fault(place, "delivery.retry_delay", "is more than retry_delay_max"))
    return faults


def _text_rules(smsc: Smsc, key: str, place: str) -> list[Fault]:
    """What of the alphabets of a link could never take effect."""
    faults = []
    if smsc.transliterations and not smsc.transliterate:
        advice = "set transliterate = true too"
        faults.append(Fault(place, f"{key}.transliterations", "are not used: transliterate is false", advice))
    if smsc.national and smsc.default_alphabet in ("latin1", "ascii", "gbk"):
        wrong = f'needs default_alphabet = "gsm": this SMSC would read septets as {smsc.default_alphabet}'
        faults.append(Fault(place, f"{key}.national", wrong))
    if smsc.national and smsc.long_messages in ("sar", "payload"):
        wrong = f'does not go with long_messages = "{smsc.long_messages}": the tables are told in a header'
        faults.append(Fault(place, f"{key}.national", wrong, "use udh8 or udh16"))
    for alphabet in alphabets_without_code(smsc.overrides, smsc.alphabets):
        wrong = f"leaves no data_coding for {alphabet} of alphabets"
        faults.append(Fault(place, f"{key}.data_codings", wrong, "name the one that stands for it"))
    return faults


def _routes(settings: Settings, links: tuple[str, ...], place: str) -> list[Fault]:
    """What is wrong with the routes: links that are not there, weights that do not fit, one prefix twice."""
    faults = []
    seen: set[str] = set()
    for i, route in enumerate(settings.route, start=1):
        key = f"route[{i}]"
        if route.prefix in seen:
            faults.append(
                Fault(place, f"{key}.prefix", f"'{route.prefix}' has a route already", "put the links in one")
            )
        seen.add(route.prefix)
        for name in route.links:
            if name not in links:
                advice = did_you_mean(name, links) or "name a link of [[smsc]]"
                faults.append(Fault(place, f"{key}.links", f"there is no link {name}", advice))
        if len(set(route.links)) < len(route.links):
            faults.append(Fault(place, f"{key}.links", "names a link twice"))
        if route.weights and len(route.weights) != len(route.links):
            wrong = f"has {len(route.weights)} numbers for {len(route.links)} links"
            faults.append(Fault(place, f"{key}.weights", wrong, "write one for each link, or none"))
    return faults


_WRONG = {
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must be of the pattern {pattern}",
}


def _fault(detail: ErrorDetails, data: dict[str, Any], origins: _Origins, place: str) -> Fault:
    at = detail["loc"]
    where = origins.get(at, place)
    key = _dotted_path(at, data) if where == place else ""
    kind, message = detail["type"], detail["msg"]
    if kind == "extra_forbidden":
        known = _model_at(at[:-1]).model_fields
        now = _RENAMED.get(".".join(str(step) for step in at))
        advice = f"it is called {now} now" if now else did_you_mean(str(at[-1]), known)
        return Fault(where, key, "there is no such key", advice)
    if kind == "literal_error":
        allowed = [str(value) for value in _allowed_values(at)]
        return Fault(where, key, "must be " + _either(allowed), did_you_mean(str(detail.get("input", "")), allowed))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        wrong = f"must be a section, written [{at[0]}]" if not _is_key(at) else 'must be in braces: { "a" = "b" }'
        return Fault(where, key, wrong)
    if kind == "tuple_type":
        wrong = f"must be a list of sections, each written [[{at[0]}]]" if not _is_key(at) else 'must be a list: ["a"]'
        return Fault(where, key, wrong)
    if kind == "value_error":
        return Fault(where, key, message.removeprefix("Value error, "))
    if kind in _WRONG:
        return Fault(where, key, _WRONG[kind].format(**detail.get("ctx", {})))
    return Fault(where, key, message[:1].lower() + message[1:])


def _is_key(at: tuple[str | int, ...]) -> bool:
    """Whether a place is a key in a section, not a section."""
    return len(at) > 1 and isinstance(at[-1], str)


def _dotted_path(at: tuple[str | int, ...], data: dict[str, Any]) -> str:
    """A place in the data as a person writes it; entries of [[smsc]] go by their name, else their number."""
    words: list[str] = []
    for i, step in enumerate(at):
        if isinstance(step, int):
            entry = data[str(at[0])][step] if i == 1 else None
            name = entry.get("name") if isinstance(entry, dict) else None
            words[-1] += f"[{name or step + 1}]"
        else:
            words.append(step)
    return ".".join(words)


def _model_at(at: tuple[str | int, ...]) -> type[BaseModel]:
    if not at:
        return Settings
    if at[0] in _LISTS:
        return _LISTS[str(at[0])]
    model = Settings.model_fields[str(at[0])].annotation
    assert isinstance(model, type) and issubclass(model, BaseModel)
    return model


def _allowed_values(at: tuple[str | int, ...]) -> tuple[Any, ...]:
    inside = isinstance(at[-1], int)  # of a list of words
    annotation: Any = _model_at(at[:-1]).model_fields[str(at[-2] if inside else at[-1])].annotation
    annotation = get_args(annotation)[0] if inside else annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _either(words: list[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else "".join(words)
