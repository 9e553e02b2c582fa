"""What nothing uses: names that vulture finds, dependencies that deptry finds. `scripts/check` runs it.

A name counts as used when the program or a script names it; what tests alone use is dead, but for what is listed here.
"""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from vulture import Vulture

from smsgw.business import registry
from smsgw.gateway.counters import LinkCounters, ProgramCounters, WriterCounters
from smsgw.simulator.counters import Counters as SimulatorCounters

ROOT = Path(__file__).resolve().parent.parent
SEARCHED = ("smsgw", "grammar", "migrations", "scripts")
# Names that are used where vulture does not look, with where that is.
USED = {
    "Twisted calls them": "buildProtocol connectionMade dataReceived connectionLost endpointForURI render_* isLeaf "
    "noisy displayTracebacks addr kw secondsFromNow",
    "click and typer call them": "list_commands format_epilog ctx list_ import_ try_ *_command __signature__ "
    "__annotations__ IN OUT DEALER RULE PERIOD KEEPER",
    "pydantic reads them": "model_config Line approver approved_total counted_at list_reference under",
    "alembic reads them": "down_revision branch_labels depends_on downgrade",
    "expat calls them": "*Handler buffer_text",
    "lark calls them": "lex lexer_conf",
    "expat calls and reads them": "buffer_text *Handler",
    "SQLAlchemy and the drivers call them": "isolation_level exc inherit_cache compiler",
    "Python gives them": "trace logger",
    "tables and columns that are named in SQL": "message_part parked_receipt deadline_at",
    "the tables of SMPP 3.4, whole": "TAG_* ESME_* addr_ton addr_npi esme submit_date DELIVERY_ACKNOWLEDGEMENT "
    "CONVERSATION_ABORT",
    "the list of states and of orders, whole": "IN_TRANSFER SCRAPPED REBIND",
    "read before there are settings, by the name of the key they are for": "url_file password_file "
    "outbind_password_file",
    "what a command and an event may carry, whole": "customer pin raw",
    "fakes and knobs for tests": "Inline with_knobs as_dict",
}
OFFERED = re.findall(r"^    \w+\.([A-Z]+)\b", registry.__doc__ or "", re.MULTILINE)  # by subjects, to the registry
DECORATORS = ["@*.command*", "@compiles*", "@field_validator*", "@model_validator*", "@*.callback*"]
COUNTERS = (LinkCounters, ProgramCounters, WriterCounters, SimulatorCounters)  # read by the name of each field
# Installed for what imports them by name or by way of another; imported though another one brings them.
DEPENDENCIES = {
    "DEP002": "pypinyin opencc-python-reimplemented psycopg tzdata",
    "DEP003": "zope OpenSSL service_identity pydantic_core",
}


def unused_names() -> list[str]:
    """A line for each name that nothing uses."""
    ignored = [name for names in USED.values() for name in names.split()] + OFFERED
    ignored += [field.name for counters in COUNTERS for field in fields(counters)]
    search = Vulture(ignore_names=ignored, ignore_decorators=DECORATORS)
    search.scavenge([str(ROOT / folder) for folder in SEARCHED])
    return [item.get_report().replace(f"{ROOT}/", "") for item in search.get_unused_code(min_confidence=60)]


def wrong_dependencies() -> str:
    """What deptry says of the dependencies of setup.cfg; '' when there is nothing to say."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        ours, test = Path(folder, "requirements.txt"), Path(folder, "requirements-test.txt")
        ours.write_text(parser["options"]["install_requires"], encoding="utf-8")
        test.write_text(parser["options.extras_require"]["test"], encoding="utf-8")
        command = [sys.executable, "-m", "deptry", "smsgw", "grammar", "migrations", "--known-first-party", "smsgw"]
        command += ["--requirements-files", str(ours), "--requirements-files-dev", str(test), "--no-ansi"]
        excused = ",".join(f"{rule}={'|'.join(names.split())}" for rule, names in DEPENDENCIES.items())
        done = subprocess.run(
            [*command, "--per-rule-ignores", excused], cwd=ROOT, capture_output=True, text=True, check=False
        )
    return done.stderr if done.returncode else ""


def main() -> int:
    """0, or 1 with what was found on standard error."""
    found = [*unused_names(), wrong_dependencies()]
    for line in filter(None, found):
        print(line, file=sys.stderr)
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
