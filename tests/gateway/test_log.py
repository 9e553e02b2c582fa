"""The log hides numbers and texts, and says everything else."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from twisted.logger import Logger, globalLogPublisher
from twisted.python.failure import Failure

from smsgw.gateway import log as gateway_log
from smsgw.gateway.log import configure, masked_in, twisted_failures
from smsgw.settings.sections import Log
from smsgw.values.phones import masked


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    handlers = logging.getLogger().handlers[:]
    yield io.StringIO()
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613900000001", "+86139****0001"),
        ("8613900000001", "86139****0001"),
        ("860123456789012", "86012****9012"),
        ("123456789", "12****6789"),
        ("+1234", "+****"),
    ],
)
def test_a_number_keeps_its_ends_only(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_numbers_are_hidden_wherever_they_stand_in_a_sentence() -> None:
    said = masked_in("sold 860123456789012 by +8613900000001, 3 of 12000 in 2026")
    assert said == "sold 86012****9012 by +86139****0001, 3 of 12000 in 2026"


def test_a_line_is_json_with_numbers_and_texts_hidden_and_passwords_gone(stream: io.StringIO) -> None:
    configure(Log(format="json"), stream)
    structlog.get_logger().info("text", phone="+8613900000001", text="S A52 1", password="secret", count=123456789012)
    line = json.loads(stream.getvalue())
    assert line["phone"] == "+86139****0001"
    assert line["text"] == "(7 characters)"
    assert line["password"] == "***"
    assert line["count"] == 123456789012
    assert (line["level"], line["event"]) == ("info", "text")
    assert line["timestamp"].endswith("Z")


def test_the_settings_may_show_numbers_and_texts_but_never_passwords(stream: io.StringIO) -> None:
    configure(Log(format="json", show_numbers=True, show_texts=True), stream)
    structlog.get_logger().info("text", phone="+8613900000001", text="S A52 1", password="secret")
    line = json.loads(stream.getvalue())
    assert (line["phone"], line["text"], line["password"]) == ("+8613900000001", "S A52 1", "***")


def test_numbers_in_a_traceback_are_hidden_too(stream: io.StringIO) -> None:
    configure(Log(format="json"), stream)
    try:
        raise ValueError("no such phone: +8613900000001")
    except ValueError:
        structlog.get_logger().exception("fault")
    assert "+8613900000001" not in stream.getvalue()
    assert "+86139****0001" in stream.getvalue()


def test_a_level_below_the_one_that_is_set_is_not_written(stream: io.StringIO) -> None:
    configure(Log(format="json", level="warning"), stream)
    structlog.get_logger().info("nothing")
    structlog.get_logger().warning("something")
    assert len(stream.getvalue().splitlines()) == 1


def test_auto_is_json_where_there_is_no_terminal(stream: io.StringIO) -> None:
    configure(Log(format="auto"), stream)
    structlog.get_logger().info("hello")
    assert json.loads(stream.getvalue())["event"] == "hello"


def test_a_console_gets_lines_for_people(stream: io.StringIO) -> None:
    configure(Log(format="console"), stream)
    structlog.get_logger().info("hello", phone="+8613900000001")
    assert "hello" in stream.getvalue()
    assert "+86139****0001" in stream.getvalue()


def test_the_libraries_warnings_go_the_same_way(stream: io.StringIO) -> None:
    configure(Log(format="json"), stream)
    logging.getLogger("sqlalchemy").warning("slow question of +8613900000001")
    logging.getLogger("sqlalchemy").info("chatter")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "slow question of +86139****0001"


def test_what_twisted_finds_wrong_is_logged_once_and_its_chatter_is_not(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(Log(format="json"), stream)
    gateway_log.observe_twisted()
    try:
        logger = Logger()
        logger.info("Starting factory")
        try:
            raise KeyError("+8613900000001")
        except KeyError:
            logger.failure("Unhandled", Failure())
    finally:
        globalLogPublisher.removeObserver(twisted_failures)  # type: ignore[arg-type]
    (line,) = stream.getvalue().splitlines()
    assert "KeyError" in json.loads(line)["exception"]
    assert "+8613900000001" not in line
    assert capsys.readouterr().err == ""  # Twisted would print it too, as it stands
