"""What the simulated SMSC is set to, whatever its scenario."""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.smpp.split import How


@dataclass(frozen=True, slots=True, kw_only=True)
class SmscSettings:
    """Who may bind, and what the SMSC can take. Times are seconds.

    own_id               what it calls itself, in its answers to binds and in its outbinds
    system_id, password  the only ones taken; '' takes any
    outbind_password     what goes with own_id in an outbind
    window               texts and receipts unacknowledged on a connection, at most
    submit_window        submits of a connection unanswered, at most; one more is THROTTLED; 0 for no limit
    throughput           submits taken in any one second, over all connections; more are THROTTLED; 0 for no limit;
                         a scenario may have its own limits instead of these two
    retry_delay          a text refused for the moment goes again after this long, `retries` times at most
    response_timeout     a text unacknowledged for this long goes again
    how                  the way long texts of phones are cut
    seed                 of everything a scenario draws
    """

    own_id: str = "smsgw-sim"
    system_id: str = ""
    password: str = ""
    outbind_password: str = ""
    window: int = 10
    submit_window: int = 0
    throughput: int = 0
    retry_delay: float = 1.0
    retries: int = 10
    response_timeout: float = 60.0
    enquire_link: float | None = 30.0
    how: str = How.UDH8
    seed: int = 1
