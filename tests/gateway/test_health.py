"""The pages for watchers: alive, ready, and the figures."""

from __future__ import annotations

import re

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from twisted.web.test.requesthelper import DummyRequest

from smsgw.gateway.health import site
from smsgw.gateway.metrics import exposition, registry
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, World, world


def page(w: World, path: bytes) -> tuple[int, bytes]:
    figures = registry(w.gateway.links, w.gateway.intake.counters, w.writer)
    pages = site(lambda: w.gateway.why_not_ready, lambda: exposition(figures))
    request = DummyRequest([path])
    body = pages.getResourceFor(request).render(request)
    return request.responseCode or 200, body


def figures_of(w: World) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(page(w, b"metrics")[1].decode()):
        for sample in family.samples:
            found[sample.name + str(sorted(sample.labels.items()))] = sample.value
    return found


def test_it_is_alive_as_long_as_it_answers(engine: Engine) -> None:
    assert page(world(engine), b"healthz") == (200, b"alive\n")


def test_it_is_ready_when_a_link_is_bound_and_says_why_when_none_is(engine: Engine) -> None:
    w = world(engine)
    assert page(w, b"readyz") == (200, b"ready\n")
    w.smsc.wire.cut()
    assert page(w, b"readyz") == (503, b"no link is bound\n")


def test_there_is_no_other_page(engine: Engine) -> None:
    assert page(world(engine), b"admin")[0] == 404


def test_the_figures_say_what_happened_on_each_link(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]}")
    w.text("", "x", source=(0, 1, "10086"))
    found = figures_of(w)
    link = "[('link', 'operator-a')]"
    assert found["smsgw_link_texts_total" + link] == 2
    assert found["smsgw_link_acknowledged_total" + link] == 2
    assert found["smsgw_link_submits_total" + link] == 1
    assert found["smsgw_link_sent_total" + link] == 1
    assert found["smsgw_link_reply_seconds_count" + link] == 1
    assert found["smsgw_link_timeouts_total[('link', 'operator-a'), ('timer', 'response')]"] == 0
    assert found["smsgw_bind_up[('bind', 'operator-a'), ('link', 'operator-a')]"] == 1
    assert found["smsgw_writer_ignored_total[]"] == 1
    w.smsc.wire.cut()
    assert figures_of(w)["smsgw_bind_up[('bind', 'operator-a'), ('link', 'operator-a')]"] == 0


def test_a_histogram_ends_with_everything(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, "STOCK")
    w.smsc.advance(60)
    w.writer.commit()
    w.settle()
    text = page(w, b"metrics")[1].decode()
    counts = [float(n) for n in re.findall(r"smsgw_link_acknowledgement_seconds_bucket\{.*\} (\S+)", text)]
    assert counts[-1] == 1
    assert counts == sorted(counts)
    assert counts[-2] == 0


def test_no_number_is_in_the_figures(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert OWNER[1:].encode() not in page(w, b"metrics")[1]
