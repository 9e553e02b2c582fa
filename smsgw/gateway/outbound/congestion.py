"""How many submits may be under way to an SMSC that tells how congested it is (SMPP 5.0, 4.8.4.18)."""

from __future__ import annotations

from smsgw.smpp.tlv import TAG_CONGESTION_STATE, Tlvs

# The specification's own words: 80-89 optimum load, 90-99 nearing congestion, 100 congested.
OPTIMUM, NEARING, CONGESTED = 80, 90, 100


class Congestion:
    """Steers the SMSC towards its optimum load: one submit less under way for each answer above it, one more below.

    An SMSC that tells nothing, or tells it no more, gets the whole window.
    """

    __slots__ = ("allowed", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.allowed = window  # submits under way at most; never less than one, or nothing would ever be told again

    def adapt(self, tlvs: Tlvs) -> bool:
        """An answer came with these TLVs. True if the SMSC is congested and wants no more for now."""
        state = next((value[0] for tag, value in tlvs if tag == TAG_CONGESTION_STATE and len(value) == 1), 0)
        if state >= CONGESTED:
            self.allowed = max(1, self.allowed // 2)
            return True
        if state >= NEARING:
            self.allowed = max(1, self.allowed - 1)
        elif state < OPTIMUM and self.allowed < self.window:
            self.allowed += 1
        return False
