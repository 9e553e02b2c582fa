"""Settings: where each value comes from, that every fault is told at once, and that no secret is ever printed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from smsgw.calendar.hours import Calendar
from smsgw.errors import ConfigError
from smsgw.settings.loading import Settings, load, variable
from smsgw.settings.sections import Report, Route, Smsc

LISTS = {"smsc": Smsc, "report": Report, "route": Route}  # sections of which there may be several: one example of each
REFERENCE = Path(__file__).resolve().parents[2] / "config" / "smsgw.toml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "smsgw.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path | None, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return [str(fault) for fault in caught.value.faults]


def test_without_a_file_every_setting_has_its_default() -> None:
    settings = load(None, {})
    assert settings.database.url == "sqlite:///smsgw.db"
    assert settings.limits.texts_per_phone_per_hour == 500
    assert settings.smsc == ()


def test_the_reference_file_has_every_key_with_its_default_and_its_help() -> None:
    text = re.sub(r"(?m)^#(?=\[\[|[a-z_]+ = )", "", REFERENCE.read_text(encoding="utf-8"))  # what it offers, too
    data = tomllib.loads(text)
    assert set(data) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        model = LISTS.get(name, field.annotation)
        (section,) = data[name] if name in LISTS else (data[name],)
        assert list(section) == list(model.model_fields), name  # type: ignore[union-attr]
        for key, known in model.model_fields.items():  # type: ignore[union-attr]
            default = known.default.get_secret_value() if isinstance(known.default, SecretStr) else known.default
            assert section[key] == (list(default) if isinstance(default, tuple) else default), key
            assert any(
                line.startswith(f"{key} = ") and line.endswith(f"# {known.description}") for line in text.splitlines()
            ), f"{name}.{key}: the reference says something else than the model"


def test_the_reference_file_loads_and_gives_the_defaults() -> None:
    settings = load(REFERENCE, {})
    assert settings.smsc == (Smsc(),)
    assert settings.model_copy(update={"smsc": ()}).model_dump() == load(None, {}).model_dump()


def test_the_file_goes_over_defaults_and_the_environment_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[gateway]\nlanguage = "zh"\ncountry = "VN"\n[[smsc]]\nname = "operator-a"\nport = 1\n')
    environ = {
        "SMSGW_GATEWAY__COUNTRY": "MM",
        "SMSGW_SMSC__OPERATOR_A__PORT": "2776",
        "SMSGW_SMSC__OPERATOR_A__TLS": "true",
        "SMSGW_CONFIG": "elsewhere.toml",
        "OTHER": "x",
    }
    settings = load(path, environ)
    assert (settings.gateway.language, settings.gateway.country) == ("zh", "MM")
    assert (settings.smsc[0].port, settings.smsc[0].tls) == (2776, True)
    assert settings.base == tmp_path.resolve()


def test_a_section_can_come_from_the_environment_alone() -> None:
    assert load(None, {"SMSGW_DATABASE__URL": "sqlite:///x.db"}).database.url == "sqlite:///x.db"


def test_a_password_comes_from_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("hidden\n", encoding="utf-8")
    path = written(tmp_path, '[[smsc]]\nname = "a"\npassword_file = "pw"\n')
    assert load(path, {}).smsc[0].password.get_secret_value() == "hidden"


def test_a_password_in_the_environment_goes_before_a_file_named_in_the_settings(tmp_path: Path) -> None:
    path = written(tmp_path, '[[smsc]]\nname = "a"\npassword_file = "nowhere"\n')
    assert load(path, {"SMSGW_SMSC__A__PASSWORD": "envpw"}).smsc[0].password.get_secret_value() == "envpw"


def test_a_password_file_in_the_environment_goes_before_a_password_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("hidden", encoding="utf-8")
    path = written(tmp_path, '[[smsc]]\nname = "a"\npassword = "plain"\n')
    assert load(path, {"SMSGW_SMSC__A__PASSWORD_FILE": "pw"}).smsc[0].password.get_secret_value() == "hidden"


def test_a_password_given_twice_in_one_place_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("hidden", encoding="utf-8")
    path = written(tmp_path, '[[smsc]]\nname = "a"\npassword = "plain"\npassword_file = "pw"\n')
    (fault,) = faults(path)
    assert "smsc[a].password: is given twice" in fault


def test_a_password_file_that_is_not_there_is_a_fault_naming_it(tmp_path: Path) -> None:
    path = written(tmp_path, '[[smsc]]\nname = "a"\npassword_file = "nowhere"\n')
    (fault,) = faults(path)
    assert "smsc[a].password_file" in fault
    assert str(tmp_path / "nowhere") in fault


def test_the_password_of_an_outbind_comes_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("knock\n", encoding="utf-8")
    path = written(tmp_path, '[[smsc]]\noutbind_listen = "[::1]:2776"\noutbind_password_file = "pw"\n')
    (smsc,) = load(path, {}).smsc
    assert smsc.outbind_password.get_secret_value() == "knock"
    assert smsc.outbind == ("::1", 2776)
    assert "knock" not in repr(smsc)


def test_outbinds_that_do_not_go_together_are_faults(tmp_path: Path) -> None:
    entry = '[[smsc]]\nname = "{}"\noutbind_listen = "0.0.0.0:2776"\n'
    path = written(tmp_path, entry.format("a") + "tls = true\n" + entry.format("b"))
    first, second = faults(path)
    assert "smsc[1].outbind_listen: does not go with tls" in first
    assert "smsc[2].outbind_listen: is that of a above" in second
    (fault,) = faults(written(tmp_path, '[[smsc]]\noutbind_listen = "2776"\n'))
    assert "must be host:port" in fault


def test_no_secret_is_printed(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[database]\nurl = "postgresql+psycopg://smsgw:topsecret@db/smsgw"\n[[smsc]]\npassword = "hidden"\n',
    )
    settings = load(path, {})
    assert "hidden" not in repr(settings)
    assert "topsecret" not in repr(settings)


def test_no_secret_is_printed_in_a_fault_either(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[database]\nurl = "mysql://u:topsecret@db"\n[[smsc]]\n' + f'password = "{"topsecret" * 8}"\n',
    )
    said = " ".join(faults(path))
    assert "database.url" in said
    assert "password" in said
    assert "topsecret" not in said


def test_every_fault_is_told_at_once_with_file_key_and_the_nearest_right_one(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
[databse]
url = "x"
[gateway]
timezone = "Mars/City"
contry = "CN"
[trade]
unknown_units = "acept"
[[smsc]]
name = "operator-a"
port = 99999
window = "many"
""",
    )
    said = faults(path, {"SMSGW_SMSC__OPERATOR_A__PORT": "x", "SMSGW_SMSC__OPERATOR_B__PORT": "1"})
    text = "\n".join(said)
    assert len(said) == 7
    assert f"{path}: databse: there is no such key (did you mean database?)" in said
    assert f"{path}: gateway.contry: there is no such key (did you mean country?)" in said
    assert f"{path}: trade.unknown_units: must be accept or refuse (did you mean accept?)" in said
    assert f"{path}: smsc[operator-a].window: must be a whole number" in said
    assert "SMSGW_SMSC__OPERATOR_A__PORT: must be a whole number" in said
    assert "SMSGW_SMSC__OPERATOR_B__PORT: names an entry that is not there" in text
    assert "Mars/City" not in text
    assert "gateway.timezone: is not a time zone" in text


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SMSGW_DATABASE__ULR": "x"}, "did you mean SMSGW_DATABASE__URL?"),
        ({"SMSGW_DATABSE__URL": "x"}, "did you mean SMSGW_DATABASE__URL?"),
        ({"SMSGW_HTTP__LISTEN": "8080"}, "SMSGW_HTTP__LISTEN: must be host:port"),
        ({"SMSGW_LIMITS__QUEUE_LOW": "5000"}, "limits.queue_low: must be less than queue_high"),
        ({"SMSGW_DELIVERY__RETRY_DELAY": "5000"}, "delivery.retry_delay: is more than retry_delay_max"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(environ: dict[str, str], said: str) -> None:
    assert said in " ".join(faults(None, environ))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gateway\n", "is not TOML"),
        ("smsc = 3\n", "must be a list of sections, each written [[smsc]]"),
        ("smsc = [3]\n", "must be a section"),
        ("gateway = 3\n", "gateway: must be a section, written [gateway]"),
        ('[[smsc]]\nname = "a-b"\n[[smsc]]\nname = "a.b"\n', "a.b is too like a-b"),
        ('[[smsc]]\nname = "a"\nlink = "x"\n[[smsc]]\nname = "b"\nlink = "x"\n', "a pair is one transmitter and one"),
        ("[[smsc]]\nreconnect_min = 90\n", "reconnect_min: is more than reconnect_max"),
        ('[[smsc]]\nbind = "transciever"\n', "did you mean transceiver?"),
        ("[gateway]\ndrain = 20\n", "must be at most 10"),
        ("[http]\nlisten = 8080\n", "must be a text in quotes"),
        ('[[report]]\nname = "a"\nby = "25:00"\n', "report[a]: '25:00' is no time of the day; write 18:00"),
        (
            '[[report]]\nverbs = ["sale", "nill"]\n',
            "report[1].verbs[2]: must be sale, nil or count (did you mean nil?)",
        ),
        ('[[report]]\nevery = "dya"\n', "report[1].every: must be day, week or month (did you mean day?)"),
        (
            '[broadcast]\ntopics = ["offers", "price"]\n',
            "broadcast.topics: STOP price ends notices of prices, a topic of the gateway's own; write prices",
        ),
        ("[broadcast]\nholidays = [3]\n", "broadcast.holidays[1]: must be a text in quotes"),
        ('[[report]]\nname = "a"\n[[report]]\nname = "a"\n', "report[a].name: names two rules"),
        ('[broadcast]\nwindow = "9 to 5"\n', "broadcast.window: '9 to 5' is not a window of the day"),
        ('[reminders]\napprovals = "soon"\n', "reminders.approvals: 'soon' is no length of time"),
        ('[tickets]\nremind = "4x"\n', "tickets.remind: '4x' is no length of time; write 30m, 2h or 1d"),
        ('[tickets]\nhours = "9-18"\n', "tickets.hours: '9-18' is not a window of the day"),
    ],
)
def test_a_fault_of_the_file_says_what_would_be_right(tmp_path: Path, text: str, said: str) -> None:
    assert said in " ".join(faults(written(tmp_path, text)))


def test_a_pair_of_a_transmitter_and_a_receiver_forms_one_link(tmp_path: Path) -> None:
    entry = '[[smsc]]\nname = "{0}"\nlink = "x"\nbind = "{0}"\n'
    text = entry.format("transmitter") + entry.format("receiver")
    assert [s.link_name for s in load(written(tmp_path, text), {}).smsc] == ["x", "x"]


def test_a_file_that_is_not_there_is_one_clear_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "none.toml")
    assert "there is no such file" in fault
    assert "smsgw init" in fault


def test_a_file_that_is_not_utf_8_is_one_clear_fault(tmp_path: Path) -> None:
    path = tmp_path / "smsgw.toml"
    path.write_bytes(b"\xff\xfe")
    (fault,) = faults(path)
    assert "cannot be read" in fault


def test_the_rules_of_the_trade_come_from_the_settings() -> None:
    settings = load(None, {"SMSGW_TRADE__UNDO_HOURS": "48", "SMSGW_GATEWAY__LANGUAGE": "zh"})
    rules = settings.trade_rules()
    assert (rules.undo_hours, rules.language, rules.unknown_units) == (48, "zh", "accept")
    assert Calendar.read(rules.sending) == settings.broadcast.calendar("UTC")


def test_the_variable_of_an_entry_follows_its_name() -> None:
    assert variable("smsc", "operator-a", "password") == "SMSGW_SMSC__OPERATOR_A__PASSWORD"


def test_a_route_to_no_link_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    text = """
[[smsc]]
name = "operator-a"
[[route]]
prefix = "+86"
links = ["operater-a", "operator-a"]
weights = [1]
[[route]]
prefix = "+86"
"""
    told = [str(fault) for fault in faults(written(tmp_path, text))]
    assert any("route[1].links" in each and "did you mean operator-a" in each for each in told)
    assert any("route[1].weights" in each and "1 numbers for 2 links" in each for each in told)
    assert any("route[2].prefix" in each for each in told)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            'national = ["turkisch"]',
            "'turkisch' is not a table of 23.038, such as turkish or hindi+locking; did you mean",
        ),
        ('national = ["spanish+locking"]', "'spanish+locking' is not a table of 23.038"),
        ('national = ["turkish"]\ndefault_alphabet = "latin1"', 'needs default_alphabet = "gsm"'),
        ('national = ["turkish"]\nlong_messages = "sar"', 'does not go with long_messages = "sar"'),
        ('data_codings = { "256" = "gsm" }', "'256' is not a data_coding, 1 to 255, such as 8 or 0x08"),
        ('data_codings = { "x" = "gsm" }', "'x' is not a data_coding"),
        ('data_codings = { "0" = "gsm" }', "default_alphabet_in"),
        ('data_codings = { "3" = "latin" }', "'latin' is not an alphabet: gsm, gsm-packed, ascii, latin1"),
        ('data_codings = { "3" = "gsm", "0x03" = "ascii" }', "says twice what 3 means"),
        ('data_codings = { "8" = "utf8" }', "8 is no longer ucs2: name the data_coding that is"),
        ('data_codings = { "6" = "gsm" }\nalphabets = ["cyrillic"]', "leaves no data_coding for cyrillic"),
        ('alphabets = ["cyrilic"]', "must be latin1, ascii, cyrillic or hebrew (did you mean cyrillic?)"),
        ('transliterations = { "ab" = "c" }\ntransliterate = true', "'ab' is not one character"),
        ('transliterations = { "ř" = "ž" }\ntransliterate = true', "'ž' for ř is not in the GSM alphabet itself"),
        ('transliterations = { "ř" = "rz" }', "are not used: transliterate is false"),
        ('alphabets = "latin1"', "smsc[a].alphabets: must be a list"),
        ('data_codings = "gsm"', "smsc[a].data_codings: must be in braces"),
        ('default_alphabet_in = "gsm7"', "smsc[a].default_alphabet_in: must be"),
    ],
)
def test_alphabets_of_a_link_that_cannot_be_are_faults(tmp_path: Path, line: str, fault: str) -> None:
    (told,) = faults(written(tmp_path, f'[[smsc]]\nname = "a"\n{line}\n'))
    assert fault in told, told


def test_alphabets_of_a_link_come_to_what_the_text_layer_needs(tmp_path: Path) -> None:
    text = """
[[smsc]]
national = ["turkish", "hindi+locking"]
data_codings = { "0x08" = "gsm", "25" = "ucs2" }
transliterate = true
transliterations = { "c\u030c" = "ch" }
"""
    (smsc,) = load(written(tmp_path, text), {}).smsc
    assert smsc.shifts == ((0, 1), (0, 6), (6, 0), (6, 6))
    assert smsc.overrides == {8: "gsm", 25: "ucs2"}
    assert smsc.codes == {"ucs2": 25}
    assert smsc.transliterations == {"č": "ch"}
    assert smsc.alphabet_in == "gsm"


def test_a_key_of_an_older_version_is_refused_with_its_name_of_today(tmp_path: Path) -> None:
    path = written(tmp_path, '[gateway]\ngrammar = "own"\n[replies]\nfiles = "own"\n')
    assert faults(path) == [
        f"{path}: gateway.grammar: there is no such key (it is called grammar_directory now)",
        f"{path}: replies.files: there is no such key (it is called directory now)",
    ]
