"""The reference of what programs ask over HTTP: from the OpenAPI document and the collector of metrics."""

from __future__ import annotations

from typing import Any

from reference_markdown import chapter, code, table

from smsgw.api.openapi import document
from smsgw.api.routes import ALL
from smsgw.business.messages.books.outbox import PRIORITY
from smsgw.gateway.counters import CALLS, STATES, TIMERS, WRITTEN, WriterCounters
from smsgw.gateway.metrics import GatewayCollector


def http() -> str:
    told = document(ALL)
    parts = [
        "With `[http] api = true`, at `[http] listen`. The same as OpenAPI is at `/api/v1/openapi.json`. How to use "
        'it is in [clients](../clients.md). Errors are `{"error": {"code", "message", "field", "faults"}}`.'
    ]
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            parts.append(f"## {method.upper()} {path}\n\n{operation['summary']}. {operation.get('description', '')}")
            rows = [
                (f"`{each['name']}`", each["in"], f"{each.get('description', '')} ({_type(each['schema'])})")
                for each in operation["parameters"]
            ]
            if rows:
                parts.append(table(("parameter", "in", "meaning"), rows))
            if "requestBody" in operation:
                name = _referred(operation["requestBody"]["content"]["application/json"]["schema"])
                parts.append("The body:\n\n" + _fields(told["components"]["schemas"][name]))
            answers = [
                (status, f"{each['description']}{_shape(each['content']['application/json']['schema'])}")
                for status, each in operation["responses"].items()
            ]
            parts.append(table(("status", "answer"), answers))
    parts.append("## What is answered")
    asked = {
        _referred(operation["requestBody"]["content"]["application/json"]["schema"])
        for methods in told["paths"].values()
        for operation in methods.values()
        if "requestBody" in operation
    }
    for name, schema in told["components"]["schemas"].items():
        if name not in asked:
            parts.append(f"### {name}\n\n{_fields(schema)}")
    return chapter("HTTP", *parts)


def _referred(schema: Any) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _shape(schema: Any) -> str:
    name = _referred(schema)
    return f" (`{name}`)" if name and name != "Error" else ""


def _fields(schema: Any) -> str:
    required = schema.get("required", ())
    rows = []
    for name, each in schema.get("properties", {}).items():
        told = _description(each)
        must = "; required" if name in required and "default" not in each else ""
        rows.append((f"`{name}`", f"{_type(each)}{must}", told))
    return table(("field", "type", "meaning"), rows)


def _alternatives(schema: Any) -> list[Any]:
    return [each for each in schema.get("anyOf", (schema,)) if each.get("type") != "null"]


def _description(schema: Any) -> str:
    found = [schema.get("description"), *(each.get("description") for each in _alternatives(schema))]
    return next((text for text in found if text), "")


def _type(schema: Any) -> str:
    kinds = []
    for each in _alternatives(schema):
        if "$ref" in each:
            kinds.append(f"`{_referred(each)}`")
        elif each.get("type") == "array":
            most = f" of at most {each['maxItems']}" if "maxItems" in each else ""
            kinds.append(f"list{most}: {_type(each.get('items', {}))}")
        elif each.get("type") == "object" and isinstance(held := each.get("additionalProperties"), dict):
            kinds.append(f"object of {_type(held)}")
        elif "enum" in each:
            kinds.append("one of " + code(each["enum"]))
        else:
            limits = "".join(
                f", {word} {each[key]}"
                for key, word in {"minimum": "from", "maximum": "to", "maxLength": "at most"}.items()
                if key in each
            )
            kinds.append(each.get("type", "anything") + limits)
    return " or ".join(dict.fromkeys(kinds))


def metrics() -> str:
    kinds: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for family in GatewayCollector({}, WriterCounters(), []).collect():
        labels = ", ".join(family._labelnames)  # type: ignore[attr-defined]  # prometheus-client has no name for them
        name = f"{family.name}{'_total' if family.type == 'counter' else ''}"
        kinds.setdefault((family.type, labels), []).append((f"`{name}`", family.documentation))
    parts = [
        "What `GET /metrics` on `[http] listen` tells Prometheus, beside `process_*` and `python_info` of the daemon "
        "itself. Counters begin at zero with the daemon; times are in seconds. What is worth an alarm is in "
        "[running](../running.md)."
    ]
    for (kind, labels), rows in kinds.items():
        parts.append(f"## {kind.capitalize()}s {f'by {labels}' if labels else 'without labels'}")
        parts.append(table(("name", "meaning"), rows))
    values = {
        "link": "the name of a link",
        "bind": "the name of an `[[smsc]]`",
        "class": f"what a text is: {', '.join(PRIORITY)}",
        "timer": f"what timed out: {', '.join(TIMERS)}",
        "state": f"a message_state of SMPP: {', '.join(STATES)}",
        "alphabet": ", ".join(WRITTEN),
        "status": "of HTTP",
        "outcome": f"of a webhook delivery: {', '.join(CALLS)}; `again` is tried once more",
    }
    used = {label for _, labels in kinds for label in labels.split(", ") if label}
    if used != set(values):
        raise SystemExit(f"scripts/regen.py explains the labels {sorted(values)}, the metrics have {sorted(used)}")
    parts.append("## Labels\n\n" + table(("label", "value"), [(f"`{label}`", text) for label, text in values.items()]))
    return chapter("Metrics", *parts)
