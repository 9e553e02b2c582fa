"""How a link writes a text: its alphabets, tables, substitutes and data_codings from the settings."""

from __future__ import annotations

from smsgw.settings.sections import Smsc
from smsgw.smpp.split import How
from smsgw.sms.coding import alphabet_of
from smsgw.sms.encode import Encoded, encode_text


def encoded(text: str, smsc: Smsc, message_class: int | None = None, how: str | None = None) -> Encoded:
    """The octets of a text as the link sends it, to be counted or cut.

    message_class  0 (shown at once) to 3 (3GPP 23.038 section 4); told only where the data_coding for it means on this
                   link what it should
    how            the way its parts are marked, where that is not the link's `long_messages`. National tables are told
                   in a user data header, which SAR TLVs and message_payload must not meet (SMPP 3.4 5.2.12): not then

    Raises ValueError for a message_class that there is not.
    """
    if how is None:
        how = smsc.long_messages
    shifts = smsc.shifts if how in (How.UDH8, How.UDH16) else ()
    found = encode_text(
        text,
        default=smsc.default_alphabet,
        transliterate=smsc.transliterate,
        shifts=shifts,
        also=smsc.alphabets,
        message_class=message_class,
        codes=smsc.codes,
        substitutes=smsc.transliterations,
    )
    if message_class is not None:
        standard = alphabet_of(found.data_coding)
        if smsc.overrides.get(found.data_coding, standard) != standard:
            return encoded(text, smsc, None, how)
    return found
