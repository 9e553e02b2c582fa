"""Machines: texts that no person wrote and that no answer is due to, and texts of ours that are quoted back to us."""

from __future__ import annotations

import re
from collections.abc import Callable

_OPEN, _CLOSE = "\"“”„'‘«‹「『《【", "\"“”'’»›」』》】"
_EMOJI = r"[^\w\s\"“”'‘«「『(\[#*+@/.,;:!?-]"
_TAPBACK = re.compile(
    rf"""\s*(?:
        (?:[\w ]{{1,24}}\s)?
        (?:liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned|reacted\s+(?:with\s+)?\S{{1,12}}\s+to
          |removed\ an?\s[\w ]{{1,24}}\sfrom|removed\ \S{{1,12}}\ from|replied\ with\ \S{{1,12}}\ to)
        \s+(?:an?\ (?:image|message|photo|video|sticker)\b|["“”'«])
      | {_EMOJI}{{1,8}}\s*(?:to|to\ your\ message|回应了?|赞了?)?\s*:?\s*["“”«「『]
      | (?:ha\ gustado|[lt]e\ gustó|a\ aimé|gefällt|gostou\ de|curtiu)\s*["“„«]
      | (?:取消|不再)?(?:点?赞了|不?喜欢了?|踩了|大笑了?|强调了|质疑了|爱了|回应了|回复了表情|贴了表情)
        \s*(?:{_EMOJI}{{1,8}}\s*)?["“”「『«]
      | (?:对|觉得|给|为)\s*["“「『].{{1,200}}["”」』]\s*(?:表示|很赞|回应|点了?赞|点了|贴了|添加了)
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_RECEIPT = re.compile(
    r"\s*(?:id:\S{1,64}\s+sub:\d|message (?:delivered|read)\b"
    r"|(?:\w{2,8} )?delivery (?:report|receipt|notification|status)\b"
    r"|delivered to\b|read receipt\b|read:\s|(?:your )?(?:sms|text|message) (?:to \S+ )?(?:was|has been|is) "
    r"(?:successfully )?(?:delivered|sent|read)\b|(?:your )?(?:sms|text|message) (?:to \S+ )?"
    r"(?:could not be|was not|cannot be|can not be) delivered\b|undeliverable:"
    r"|(?:您的|你的|您发送的|发送的)?(?:短信|消息|信息)(?:已经?|被)(?:成功)?(?:送达|发送|接收|阅读)|已送达\s*$|已读回执|送达报告|状态报告"
    r"|(?:(?:your|the) )?(?:otp|one[- ]time (?:password|code|pin)|verification code)\b.{0,12}\d"
    r"|(?:[\[【][^\]】]{1,12}[\]】])?.{0,2}(?:您的|凭)?(?:验证码|取件码|动态码|校验码).{0,4}\d"
    r"|missed call\b|you have \d+ (?:missed|new|voice)|\d+ missed calls?\b"
    r"|(?:您|你)?有\s?\d+\s?(?:个|条|通)(?:未接|新?语音|未读)|未接来电|来电提醒)",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"\s*[\[【(（<*]*\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response|replied|answer|message)|out of (?:the )?office"
    r"|i['’]m not receiving notifications|do not disturb while|abwesenheitsnotiz|réponse automatique"
    r"|respuesta automática|resposta automática|risposta automatica|勿扰模式|驾驶勿扰"
    r"|the (?:subscriber|customer|person|party|number|mobile)(?: number)? you(?: have|['’]ve| are)?"
    r" (?:called|dialled|dialed|calling|trying to (?:call|reach))\b"
    r"|je suis (?:actuellement |en ce moment )?(?:en réunion|au volant|absente?|en congé)"
    r"|ich bin (?:gerade|derzeit|momentan|zurzeit)\b|estoy (?:conduciendo|en una reunión|fuera de la oficina)"
    r"|this is an auto(?:mated|matic)|sent from my car|do not reply to this|this mailbox is"
    r"|自动回复|自动答复|此为自动|系统自动|本短信由系统|请勿回复)",
    re.IGNORECASE,
)
# What a telephone says by itself for somebody who is away: that, and when they will be back.
_AWAY = re.compile(
    r"(?:\b(?:i['’]?m|i am|i will be|we are|currently|he is|she is)\b.{0,25}\b(?:driving|in a meeting"
    r"|out of (?:the )?office|on (?:annual |sick |maternity |paternity )?leave|on holiday|on vacation|away|travell?ing"
    r"|busy|unavailable|in class|sleeping)\b"
    r"|\bcan['’]?t (?:talk|answer|take your call|speak)\b|\bcannot (?:talk|answer)\b|\bperson\b.{0,30}\bunavailable"
    r"|\bsubscriber\b.{0,40}\b(?:busy|unavailable|not reachable|switched off)"
    r"|\bthank you for (?:your|contacting|calling)"
    r"|正在(?:开车|开会|通话|休假|忙)|不方便(?:接|说话|通话|回)|无法接(?:听|通)|暂时不在|现在不在|不在(?:办公室|手机旁)|在休假"
    r"|您拨打的|您所拨打|感谢您的(?:来信|短信|来电|留言|联系))",
    re.IGNORECASE | re.DOTALL,
)
_BACK = re.compile(
    r"\b(?:will|'ll|shall)\b.{0,25}\b(?:reply|call|get back|respond|return|see|be back|contact|text)|\buntil\b"
    r"|\b(?:try|call|talk|text) (?:again )?later\b|\bright now\b|\bcurrently\b|\bget back to you\b|\bat the moment\b"
    r"|\b(?:call|text|talk to) you (?:back|later)\b|\btalk (?:later|tomorrow)\b"
    r"|(?:稍后|晚点|一会|待会|尽快|回头|之后|随后)(?:儿)?.{0,8}(?:回|联系|再|拨|给您)|请(?:稍后|留言)",
    re.IGNORECASE | re.DOTALL,
)
_LEAD = re.compile(
    rf"\s*(?:(?:(?:fwd?|fw|re|forwarded(?: message)?|quote[d]?|转发|转|回复|引用|原文|原短信)\s*[:：]"
    rf"|-{{2,}}[^\n]{{0,40}}-{{2,}}|on [^\n]{{4,60}} wrote:|[\w ]{{1,24}} (?:wrote|said):|你说:|您说:)\s*|[>|＞]+\s*"
    rf"|[{re.escape(_OPEN)}]\s*)+",
    re.IGNORECASE,
)


def machine(text: str) -> bool:
    """Whether a text is a tapback (`Liked “…”`) or a receipt that came as a text."""
    return bool(_TAPBACK.match(text) or _RECEIPT.match(text))


def automatic(text: str) -> bool:
    """Whether a telephone answered by itself for somebody who is away; of a text that books nothing."""
    return bool(_AUTOMATIC.match(text) or (_AWAY.search(text) and _BACK.search(text)))


def quoted(text: str, own_reply: Callable[[str], bool]) -> bool:
    """Whether a text is one of ours quoted, forwarded or marked line by line, and nothing else."""
    lead = _LEAD.match(text)
    if lead is None:
        return False
    lines = [line[found.end() :] if (found := _LEAD.match(line)) else line for line in text.splitlines()]
    words = "\n".join(line for line in lines if line.strip()).strip()
    return any(own_reply(each) for each in (words, words.rstrip(_CLOSE + " "), text[lead.end() :].strip()))
