"""The OpenAPI document: served to everybody, whole, and about everything that there is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.api.openapi import document
from smsgw.api.routes import ALL
from tests.api.programs import Programs

DOCUMENT = document(ALL)


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*map(references, value.values()))
    if isinstance(value, list):
        return set().union(*map(references, value))
    return set()


def test_it_is_served_without_a_token(engine: Engine) -> None:
    answer = Programs(engine).get("/openapi.json", by=None)
    assert (answer.status, answer.body) == (200, json.loads(json.dumps(DOCUMENT)))


def test_everything_it_refers_to_is_in_it() -> None:
    wanted = {reference.removeprefix("#/components/schemas/") for reference in references(DOCUMENT)}
    assert wanted == set(DOCUMENT["components"]["schemas"])


@pytest.mark.parametrize("route", ALL, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_says_what_it_needs_and_answers(route: Any) -> None:
    told = DOCUMENT["paths"][route.path][route.method.lower()]
    if not route.scopes:
        assert (told["security"], list(told["responses"])) == ([], ["200"])
        return
    assert told["security"] == [{"token": []}]
    assert {"401", "403", "422"} <= set(told["responses"])
    assert ("requestBody" in told) == (route.method == "POST")
    names = [each["name"] for each in told["parameters"]]
    assert ("Idempotency-Key" in names) == (route.method == "POST" and "preview" not in route.path)


def test_nothing_is_taken_that_it_does_not_name() -> None:
    for name in ("NewMessages", "NewBroadcast", "AudiencePreview", "Step", "Reasoned", "Retry", "TestSend"):
        assert DOCUMENT["components"]["schemas"][name]["additionalProperties"] is False
    texts = DOCUMENT["components"]["schemas"]["NewBroadcast"]["properties"]["texts"]
    assert texts["additionalProperties"] is False
