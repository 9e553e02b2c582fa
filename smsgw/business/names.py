"""What a job will ask about, named beforehand, so that a batch fetches each table once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Everything is only a hint: what is not named is fetched when asked for.

    `phones` are E.164; their dealers are included. `repeats` are `Inbound.repeat_key`s, `sets` `InboundPart.set_key`s,
    `receipts` the match keys of receipts and submits, `sent` ids of message_out.
    """

    phones: tuple[str, ...] = ()
    dealers: tuple[str, ...] = ()
    imeis: tuple[str, ...] = ()
    repeats: tuple[int, ...] = ()
    sets: tuple[int, ...] = ()
    receipts: tuple[str, ...] = ()
    sent: tuple[int, ...] = ()

    @classmethod
    def joined(cls, many: Iterable[Names]) -> Names:
        """The names of a batch, each once, in the order they came."""
        phones: dict[str, None] = {}
        dealers: dict[str, None] = {}
        imeis: dict[str, None] = {}
        repeats: dict[int, None] = {}
        sets: dict[int, None] = {}
        receipts: dict[str, None] = {}
        sent: dict[int, None] = {}
        for names in many:
            for into, values in (
                (phones, names.phones),
                (dealers, names.dealers),
                (imeis, names.imeis),
                (receipts, names.receipts),
            ):
                for value in values:
                    into[value] = None
            for numbers, ids in ((repeats, names.repeats), (sets, names.sets), (sent, names.sent)):
                for number in ids:
                    numbers[number] = None
        return cls(
            tuple(phones), tuple(dealers), tuple(imeis), tuple(repeats), tuple(sets), tuple(receipts), tuple(sent)
        )
