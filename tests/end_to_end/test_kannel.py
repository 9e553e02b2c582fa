"""Kannel itself as a program of ours: it hands texts on to us as to another Kannel, and gets their reports."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.test_api import OWNER, Called, answered, reached, served, until
from tests.ports import free_port

pytestmark = pytest.mark.skipif(
    not (shutil.which("bearerbox") and shutil.which("smsbox")), reason="Kannel (bearerbox, smsbox) is not installed"
)

CONFIGURATION = """\
group = core
admin-port = {admin}
admin-password = boss
smsbox-port = {boxes}
box-allow-ip = "127.0.0.1"

group = smsc
smsc = http
smsc-id = smsgw
system-type = kannel
port = {reports}
send-url = "{base}/cgi-bin/sendsms"
smsc-username = crm
smsc-password = {token}
connect-allow-ip = "127.0.0.1"
dlr-url = "http://127.0.0.1:{reports}/?username=crm&password={token}"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {texts}

group = sendsms-user
username = tester
password = tested
"""


class Kannel:
    """Its two processes, on ports of this test."""

    def __init__(self) -> None:
        self.admin, self.boxes, self.reports, self.texts = (free_port() for _ in range(4))

    @contextmanager
    def running(self, folder: Path, base: str, token: str) -> Iterator[None]:
        path = folder / "kannel.conf"
        ports = {"admin": self.admin, "boxes": self.boxes, "reports": self.reports, "texts": self.texts}
        path.write_text(CONFIGURATION.format(base=base, token=token, **ports), encoding="utf-8")
        with (folder / "kannel.log").open("wb") as log:
            options = {"stdout": log, "stderr": log, "cwd": folder}
            with subprocess.Popen(["bearerbox", str(path)], **options) as bearerbox:  # type: ignore[call-overload]
                try:
                    until(lambda: reached(f"http://127.0.0.1:{self.admin}/status.txt?password=boss"))
                    with subprocess.Popen(["smsbox", str(path)], **options) as smsbox:  # type: ignore[call-overload]
                        try:
                            until(self.ready)
                            yield
                        finally:
                            smsbox.kill()
                finally:
                    bearerbox.kill()

    def ready(self) -> bool:
        """Whether texts can be sent and the way to us is open."""
        try:
            _, status = answered(f"http://127.0.0.1:{self.admin}/status.txt?password=boss")
            return "smsbox" in str(status) and "online" in str(status) and self.send(text="")[0] in (202, 400, 403)
        except OSError:
            return False

    def send(self, **fields: str) -> tuple[int, object]:
        query = urlencode({"username": "tester", "password": "tested", "from": "1069", **fields})
        return answered(f"http://127.0.0.1:{self.texts}/cgi-bin/sendsms?{query}")


@pytest.fixture
def called() -> Iterator[Called]:
    made = Called()
    yield made
    made.close()


def test_kannel_hands_its_texts_to_us_and_gets_their_reports(house: House, called: Called, tmp_path: Path) -> None:
    kannel = Kannel()
    with (
        served(house, [f"http://127.0.0.1:{kannel.reports}/"]) as programs,
        kannel.running(tmp_path, programs.base, programs.tokens["crm"]),
    ):
        report = {"dlr-mask": "31", "dlr-url": called.address + "dlr?id=7&type=%d"}
        assert kannel.send(to=OWNER, text="Your order has left", **report) == (202, "0: Accepted for delivery")
        assert kannel.send(to=OWNER, text="你好，已发货", charset="UTF-8", coding="2")[0] == 202

        def types() -> set[str]:
            return {parse_qs(urlsplit(path).query)["type"][0] for _, path, _ in called.calls}

        until(lambda: types() >= {"8", "1"})  # taken by the SMSC, then delivered
        assert types() == {"8", "1"}
        sent = [each for each in house.smsgw("messages", "--direction", "out", "--json").splitlines() if each]
        assert len(sent) == 2 and "Your order has left" in sent[0] and "你好，已发货" in sent[1]
