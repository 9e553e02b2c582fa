"""Machines: texts that no person wrote and that no answer is due to."""

from __future__ import annotations

import re

_TAPBACK = re.compile(
    r"""\s*(?:
        (?:liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned|reacted\s+\S{1,12}\s+to
          |removed\ an?\s[\w ]{1,24}\sfrom|[^\w\s]{1,8}\s+to)
        \s+(?:an?\ (?:image|message|photo)\b|["“”'«])
      | (?:赞了|喜欢了|踩了|大笑了|强调了|质疑了|爱了)\s*["“”「『«]
      | (?:对|觉得)\s*["“「『].{1,200}["”」』]\s*(?:表示|很赞|回应)
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_RECEIPT = re.compile(
    r"\s*(?:id:\S{1,64}\s+sub:\d|message (?:delivered|read)\b|delivery (?:report|receipt|notification)\b"
    r"|read receipt\b|your message (?:to \S+ )?(?:was|has been) (?:delivered|read)\b"
    r"|短信已送达|消息已送达|已送达\s*$|已读回执|送达报告)",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"\s*[\[【(（]?\s*(?:auto(?:matic)?[ -]?(?:reply|response|replied|answer)|out of (?:the )?office"
    r"|this is an auto(?:mated|matic)|sent from my car"
    r"|(?:i'?m|i am) driving (?:right now|now|and)?.{0,20}(?:will|i'll) (?:reply|call|get back|see your)"
    r"|自动回复|自动答复|此为自动|系统自动|我正在开车[，,].{0,20}(?:稍后|晚点))",
    re.IGNORECASE | re.DOTALL,
)


def machine(text: str) -> bool:
    """Whether a text is a tapback (`Liked “…”`), a receipt that came as a text, or an automatic answer."""
    return bool(_TAPBACK.match(text) or _RECEIPT.match(text) or _AUTOMATIC.match(text))
