"""Optional parameters (SMPP 3.4, 5.3): their tags, reading them off the end of a body, and what their octets mean.

Nothing here refuses: an optional parameter that is odd must not cost the message it came with. What no longer fits the
form tag, length, value is handed back as it is.
"""

from __future__ import annotations

import struct

Tlvs = tuple[tuple[int, bytes], ...]

TAG_DEST_ADDR_SUBUNIT = 0x0005
TAG_DEST_NETWORK_TYPE = 0x0006
TAG_DEST_BEARER_TYPE = 0x0007
TAG_DEST_TELEMATICS_ID = 0x0008
TAG_SOURCE_ADDR_SUBUNIT = 0x000D
TAG_SOURCE_NETWORK_TYPE = 0x000E
TAG_SOURCE_BEARER_TYPE = 0x000F
TAG_SOURCE_TELEMATICS_ID = 0x0010
TAG_QOS_TIME_TO_LIVE = 0x0017
TAG_PAYLOAD_TYPE = 0x0019
TAG_ADDITIONAL_STATUS_INFO_TEXT = 0x001D
TAG_RECEIPTED_MESSAGE_ID = 0x001E
TAG_MS_MSG_WAIT_FACILITIES = 0x0030
TAG_PRIVACY_INDICATOR = 0x0201
TAG_SOURCE_SUBADDRESS = 0x0202
TAG_DEST_SUBADDRESS = 0x0203
TAG_USER_MESSAGE_REFERENCE = 0x0204
TAG_USER_RESPONSE_CODE = 0x0205
TAG_SOURCE_PORT = 0x020A
TAG_DESTINATION_PORT = 0x020B
TAG_SAR_MSG_REF_NUM = 0x020C
TAG_LANGUAGE_INDICATOR = 0x020D
TAG_SAR_TOTAL_SEGMENTS = 0x020E
TAG_SAR_SEGMENT_SEQNUM = 0x020F
TAG_SC_INTERFACE_VERSION = 0x0210
TAG_CALLBACK_NUM_PRES_IND = 0x0302
TAG_CALLBACK_NUM_ATAG = 0x0303
TAG_NUMBER_OF_MESSAGES = 0x0304
TAG_CALLBACK_NUM = 0x0381
TAG_DPF_RESULT = 0x0420
TAG_SET_DPF = 0x0421
TAG_MS_AVAILABILITY_STATUS = 0x0422
TAG_NETWORK_ERROR_CODE = 0x0423
TAG_MESSAGE_PAYLOAD = 0x0424
TAG_DELIVERY_FAILURE_REASON = 0x0425
TAG_MORE_MESSAGES_TO_SEND = 0x0426
TAG_MESSAGE_STATE = 0x0427
TAG_CONGESTION_STATE = 0x0428  # SMPP 5.0, 4.8.4.18: how full the SMSC is, in per cent
TAG_USSD_SERVICE_OP = 0x0501
TAG_DISPLAY_TIME = 0x1201
TAG_SMS_SIGNAL = 0x1203
TAG_MS_VALIDITY = 0x1204
TAG_ALERT_ON_MESSAGE_DELIVERY = 0x130C
TAG_ITS_REPLY_TYPE = 0x1380
TAG_ITS_SESSION_INFO = 0x1383

_HEAD = struct.Struct(">HH")


def read_tlvs(frame: bytes, at: int) -> tuple[Tlvs, bytes]:
    """All TLVs from octet `at` on, and the octets that are left: 1–3 stray ones, or a TLV longer than the rest."""
    found: list[tuple[int, bytes]] = []
    end = len(frame)
    while end - at >= 4:
        tag, length = _HEAD.unpack_from(frame, at)
        stop = at + 4 + length
        if stop > end:
            break
        found.append((tag, frame[at + 4 : stop]))
        at = stop
    return tuple(found), frame[at:]


def write_tlvs(tlvs: Tlvs) -> bytes:
    """The octets of these TLVs. Raises struct.error for a tag or a length above 0xFFFF."""
    return b"".join([_HEAD.pack(tag, len(value)) + value for tag, value in tlvs])
