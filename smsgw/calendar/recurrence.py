"""What comes again: a cron rule on the clock of a time zone, as the moments it names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from smsgw.calendar.days import zone as zone_of
from smsgw.errors import SmsgwError

_EXAMPLE = "write 0 9 * * 1 for Mondays at 9:00 (minute, hour, day, month, weekday)"


class RecurrenceFault(SmsgwError):
    """A rule or zone that cannot be read, or a rule that never comes."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`cron` has five fields, as in crontab(5). The clock of `zone` decides.

    A time that the clock skips comes at the first moment after the gap; one that it shows twice comes the first time.
    """

    cron: str
    zone: str

    @classmethod
    def of(cls, cron: str, zone: str) -> Recurrence:
        """The rule, proven to be one. Raises RecurrenceFault."""
        rule = cls(" ".join(cron.split()), zone)
        try:
            zone_of(zone)
        except (KeyError, ValueError, OSError):
            raise RecurrenceFault(f"'{zone}' is not a time zone; write Asia/Shanghai") from None
        if len(rule.cron.split()) != 5:
            raise RecurrenceFault(f"'{cron}' does not have five fields; {_EXAMPLE}")
        try:
            next(CronSim(rule.cron, datetime(2026, 1, 1)))
        except CronSimError as error:
            raise RecurrenceFault(f"'{cron}' is not a rule ({str(error).lower()}); {_EXAMPLE}") from None
        except StopIteration:
            raise RecurrenceFault(f"'{cron}' never comes; {_EXAMPLE}") from None
        return rule

    def next(self, after: float) -> float | None:
        """The first moment later than `after` (both seconds since the epoch); None if none comes in fifty years."""
        return next(self.times(after), None)

    def times(self, after: float) -> Iterator[float]:
        """All moments later than `after`, in order."""
        clock = datetime.fromtimestamp(math.floor(after), UTC).astimezone(zone_of(self.zone)).replace(tzinfo=None)
        last = after
        # The rule is asked on a clock that is never changed; what its times mean in the zone is ours to say.
        for shown in CronSim(self.cron, clock):
            moment = _moment(shown, self.zone)
            if moment > last:
                yield moment
                last = moment


def _moment(shown: datetime, zone: str) -> float:
    """When the clock of the zone first shows a time; the end of the gap where it never does."""
    tz = zone_of(zone)
    while True:
        found = shown.replace(tzinfo=tz, fold=0).astimezone(UTC)
        if found.astimezone(tz).replace(tzinfo=None) == shown:
            return found.timestamp()
        shown += timedelta(minutes=1)
