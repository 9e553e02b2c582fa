"""smsgw demo: an operator, the gateway and a dealer network on this machine, and a day of texts through them."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw.cli.common import options
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from smsgw.cli.demo.network import Network
    from smsgw.cli.demo.phones import Phones
    from smsgw.cli.demo.show import Stage
    from smsgw.settings.sections import Settings

app = options.app()

RECEIPTS = 3.0  # seconds in which the last delivery receipts come


@app.command()
def demo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where its files go; else a new temporary directory.")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Do not invite to text when the play is over.")] = False,
) -> None:
    """Play a day of texts over real SMPP, each with its answer and effect; then, on a terminal, text yourself."""
    from smsgw.cli.common.opening import migrated
    from smsgw.cli.demo.house import Daemon, furnish
    from smsgw.cli.demo.phones import Inboxes, Phones
    from smsgw.cli.demo.show import Stage
    from smsgw.cli.init import FILE
    from smsgw.cli.operator import Operator
    from smsgw.simulator.settings import SmscSettings

    folder = (directory or Path(tempfile.mkdtemp(prefix="smsgw-demo-"))).resolve()
    if (folder / FILE).exists():
        raise SmsgwError(f"{folder / FILE} is there already and was left as it is; name another directory")
    stage = Stage()
    stage.say(f"The demo's files: {folder}")
    inboxes = Inboxes()
    settings = SmscSettings(system_id="smsgw", password="secret")
    with Operator(settings=settings, on_message=inboxes.arrived) as operator:
        configured, network = furnish(folder, operator.port)
        phones = Phones(operator, inboxes, migrated(configured))
        dealers = len({name.split()[0] for name in network.phones if name.endswith("owner")})
        sets = sum(len(units) for units in network.units.values())
        stage.say(f"{dealers} dealers, {len(network.phones)} phones and {sets} sets are in the books.")
        with Daemon(configured) as daemon:
            daemon.wait_until(lambda: operator.receivers() > 0)
            stage.say(f"The gateway is bound to the simulated SMSC on port {operator.port}.", "")
            wrong = play(stage, phones, network)
            wrong += closing(stage, configured)
            if not fast and sys.stdin.isatty() and sys.stdout.isatty():
                from smsgw.cli.demo.talk import talk

                talk(stage, phones, network)
    file = _typed(folder / FILE)
    stage.say("", "Look further:", f"  {program()} stats --config {file}", f"  {program()} help")
    if directory is None:
        stage.say("The demo's files stay where they are. To remove them:", f"  rm -r {_typed(folder)}")
    if wrong:
        raise SmsgwError(f"{wrong} answers or sums were not as they should be; {folder / 'gateway.log'} may say why")


def program() -> str:
    """What to type for this very program: `smsgw` where that finds it, else its path, else Python and its module."""
    beside = Path(sys.executable).parent / "smsgw"
    if not beside.is_file():
        return f"{_typed(Path(sys.executable))} -m smsgw"
    found = shutil.which("smsgw")
    return "smsgw" if found is not None and Path(found).samefile(beside) else _typed(beside)


def _typed(path: Path) -> str:
    """A path as it is typed here: relative where it lies in the working directory, and quoted if it needs to be."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def play(stage: Stage, phones: Phones, network: Network) -> int:
    """Play the day; how many answers were not as the script has them."""
    from smsgw.cli.demo.play import ACTS, Scene

    scene = Scene(network)
    wrong = 0
    stage.head()
    for act in ACTS:
        stage.act(act.title)
        for step in act.steps:
            text = step.text(scene)
            found = phones.exchange(scene.phone(step.who), text)
            answer = found.answer or ""
            right = all(re.search(p, answer) for p in step.answer) and bool(step.answer) == (found.answer is not None)
            wrong += not right
            scene.answers.append(answer)
            stage.text(step.who, text, found.answer, found.changed, found.milliseconds, right, silence=step.silence)
            if not right:
                expected = " and ".join(step.answer) or "no answer"
                stage.say(f"    ^ expected: {expected}")
    stage.end_acts()
    return wrong


def closing(stage: Stage, settings: Settings) -> int:
    """Tell the totals of the day, and whether every sum in the books is right; how many are not."""
    from smsgw.business.figures.reports.totals import stats
    from smsgw.business.verify import verify
    from smsgw.cli.common.opening import reading

    deadline = time.monotonic() + RECEIPTS
    while True:
        with reading(settings) as connection:
            totals = stats(connection)
            findings = verify(connection, settings.trade_rules())
        out = totals["outbound"]
        if not out["queued"] + out["sent"] or time.monotonic() > deadline:
            break
        time.sleep(0.05)

    def listed(name: str) -> str:
        return ", ".join(f"{number} {state}" for state, number in totals[name].items() if number)

    proof = f"{len(findings)} sums are wrong" if findings else "every sum in the books equals its rows"
    stage.say(
        "",
        f"Texts in: {listed('inbound')}. Out: {listed('outbound')}.",
        f"Sales: {totals['sales']}. Sets: {listed('units')}. Orders: {listed('orders')}.",
        f"smsgw db verify: {proof}.",
    )
    return len(findings)
