"""The OpenAPI document, made from the table of what can be asked and from the shapes by which it is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import smsgw
from smsgw.api import answers
from smsgw.api.desk import LARGEST, Query, Route, TextQuery
from smsgw.business.core.rights import SCOPES
from smsgw.business.programs.books.idempotency import LONGEST_KEY

_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = {
    401: "no token, or one that is not in force",
    403: "the token does not have the scope",
    422: "not valid; every fault is listed with its field",
    503: "the database does not answer; try again later",
}
_WITH_BODY = {400: "not JSON", 413: f"more than {LARGEST} bytes", 415: "not application/json"}
_PARAMETERS = {
    "id": ("the number of a text", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}),
    "report": ("its name, as /api/v1/reports lists it", {"type": "string", "minLength": 1, "maxLength": 64}),
    "round": ("the number of a round", {"type": "integer", "minimum": 1, "maximum": 999_999_999}),
    "imei": ("either of the numbers of a set", {"type": "string", "minLength": 1, "maxLength": 64}),
    "reference": ("such as B1001", {"type": "string", "minLength": 1, "maxLength": 64}),
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """What OpenAPI 3.1 says of the routes."""
    shapes: dict[str, type[BaseModel]] = {"Error": answers.Error}
    for route in routes:
        for shape in (route.shape, *(told for told, _ in route.answers.values())):
            if shape is not None:
                shapes[shape.__name__] = shape
    asked = {route.shape.__name__ for route in routes if route.shape is not None}
    inputs: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (shape, "validation" if name in asked else "serialization") for name, shape in sorted(shapes.items())
    ]
    _, defined = models_json_schema(inputs, ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "smsgw",
            "version": smsgw.__version__,
            "description": "Texts and broadcasts for clients. Errors are "
            '`{"error": {"code", "message", "field"?, "faults"?}}`.',
        },
        "paths": paths,
        "components": {
            "schemas": defined["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"`smsgw token create`; scopes: {', '.join(SCOPES)}",
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", route.path.removeprefix("/api/v1/")).strip("_")
    told: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{name}",
        "summary": route.summary,
        "security": [{"token": []}] if route.scopes else [],
        "parameters": [
            *(_in_path(name) for name in re.findall(r"\{(\w+)\}", route.path)),
            *(
                {
                    "name": each.name,
                    "in": "query",
                    "description": each.description,
                    "schema": _of_query(each),
                }
                for each in route.query
            ),
        ],
        "responses": _responses(route),
    }
    if route.scopes:
        told["description"] = f"Needs the scope {' or '.join(route.scopes)}."
    if route.idempotent:
        told["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "the same key with the same body gets the same answer for 24 hours, and does nothing",
                "schema": {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST_KEY}}}$"},
            }
        )
    if route.shape is not None:
        told["requestBody"] = {
            "required": any(field.is_required() for field in route.shape.model_fields.values()),
            "content": {"application/json": {"schema": _schema(route.shape)}},
        }
    return told


def _of_query(each: Query | TextQuery) -> dict[str, Any]:
    if isinstance(each, TextQuery):
        return {"type": "string"}
    return {"type": "integer", "minimum": each.least, "maximum": each.most, "default": each.default}


def _in_path(name: str) -> dict[str, Any]:
    description, schema = _PARAMETERS[name]
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _responses(route: Route) -> dict[str, Any]:
    found = {str(status): _response(description, shape) for status, (shape, description) in route.answers.items()}
    others = {**_ALWAYS, **(_WITH_BODY if route.shape is not None else {})} if route.scopes else {}
    for status, description in others.items():
        found.setdefault(str(status), _response(description, answers.Error))
    return dict(sorted(found.items()))


def _response(description: str, shape: Any) -> dict[str, Any]:
    schema = {"type": "object"} if shape is None else _schema(shape)
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _schema(shape: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _REFERENCE.format(model=shape.__name__)}
