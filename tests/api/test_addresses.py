"""Which addresses are called back: those that the settings name, and nothing that only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.api.addresses import allowed, named, own
from smsgw.errors import ConfigError
from smsgw.settings.loading import load

KNOWN = ("https://erp.example.com/sms/", "http://127.0.0.1:9000")


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com/sms/",
        "https://ERP.example.com:443/sms/told?type=%d&to=%P",
        "https://erp.example.com/%73ms/told%20off",
        "https://erp.example.com/sms/a..b/told?where=%2e%2e%2f",
        "http://127.0.0.1:9000/anything",
        "http://127.0.0.1:9000",
    ],
)
def test_what_begins_as_the_settings_say_is_called(url: str) -> None:
    assert allowed(url, KNOWN)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://erp.example.com/",
        "http://erp.example.com/sms/",
        "https://erp.example.com:8443/sms/",
        "https://erp.example.com.evil.example/sms/",
        "https://erp.example.com@evil.example/sms/",
        "https://evil.example/?https://erp.example.com/sms/",
        "https://erp.example.com/sms/../admin",
        "https://erp.example.com/sms/%2e%2e/admin",
        "https://erp.example.com/sms/%2E./admin",
        "https://erp.example.com/sms/..%2fadmin",
        "https://erp.example.com/sms/%252e%252e/admin",
        "https://erp.example.com/sms/..;x=1/admin",
        "https://erp.example.com/sms/%5c../admin",
        "https://erp.example.com/sms/%00/x",
        "https://erp.example.com/%73m%73",
        "https://erp.example.com\\@evil.example/sms/",
        "https://erp.example.com/sms/#x",
        "https://erp.example.com/sms/ x",
        "https://erp.example.com/sms/\r\nHost: evil",
        "https://erp.example.com:99999/sms/",
        "https://%P.example.com/sms/",
        "http://127.0.0.1:90000/",
        "http://[::1/",
        "http://0x7f.1:9000/",
        "ftp://127.0.0.1:9000/",
        "file:///etc/passwd",
        "https://erp.example.com/sms/" + "x" * 2000,
    ],
)
def test_what_only_looks_like_it_is_not(url: str) -> None:
    assert not allowed(url, KNOWN)
    assert not allowed(url, ())


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "169.254.169.254", "fe80::1%eth0", "::ffff:127.0.0.1", "x"],
)
def test_a_name_may_not_lead_into_this_machine(address: str) -> None:
    assert own(address)


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.1", "93.184.216.34", "2606:2800:220:1::1"])
def test_a_name_may_lead_elsewhere(address: str) -> None:
    assert not own(address)


def test_this_machine_is_named_by_its_address_or_as_localhost() -> None:
    assert named("127.0.0.1", KNOWN)
    assert named("localhost", ("http://localhost:1/",))
    assert not named("localhost", KNOWN)
    assert not named("erp.example.com", KNOWN)


@pytest.mark.parametrize(
    "wrong", ["erp.example.com", "ftp://erp.example.com/", "https://", "https://a b/", "https://u@h/"]
)
def test_a_setting_that_is_no_beginning_of_an_address_is_a_fault(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "smsgw.toml"
    path.write_text(f'[http]\ncallbacks = ["{wrong}"]\n')
    with pytest.raises(ConfigError, match="is not the beginning of an address"):
        load(path, {})


def test_programs_need_somewhere_to_ask(tmp_path: Path) -> None:
    path = tmp_path / "smsgw.toml"
    path.write_text('[http]\napi = true\nlisten = ""\n')
    with pytest.raises(ConfigError, match="http: api = true needs listen"):
        load(path, {})
