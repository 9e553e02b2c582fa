"""What no person wrote: tapbacks, receipts and answers of telephones by themselves; and what people write like them."""

from __future__ import annotations

import pytest

from smsgw.language.sentences.machines import automatic, machine


@pytest.mark.parametrize(
    "text",
    [
        "Liked “OK S1001: 2 sold”",
        "Reacted 👍 to “OK S1001: 2”",
        "Removed a like from “OK S1001: 2”",
        "Gefällt „OK S1001: 2“",
        "Ha gustado “OK S1001”",
        "Le gustó «OK S1001»",
        "A aimé « OK S1001: 2 »",
        "不喜欢“已收S1001”",
        "取消赞了“已收S1002:2台”",
        "赞了“已收S1002:2台”",
        "Your message to 1069 could not be delivered",
        "Message was not delivered",
        "Undeliverable: OK S1001",
    ],
)
def test_tapbacks_and_receipts(text: str) -> None:
    assert machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm in a meeting. Call you later.",
        "I’m driving, will get back to you",
        "I’m sleeping, talk tomorrow (sent automatically)",
        "Do Not Disturb While Driving is on. I'll see your message when I get where I'm going.",
        "(I’m not receiving notifications. If this is urgent, reply “urgent”.)",
        "Abwesenheitsnotiz: bin bis Montag weg",
        "Réponse automatique : absent",
        "勿扰模式已开启",
        "我正在开车,稍后回复您",
        "The subscriber you have called is busy.",
        "the number you are trying to reach is switched off",
        "The person you've called has no voicemail",
        "Je suis en réunion",
        "Ich bin gerade im Gespräch",
        "Estoy conduciendo",
    ],
)
def test_telephones_that_answer_for_somebody(text: str) -> None:
    assert automatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "S 860123450000012",
        "liked A350, sold 2",
        "the customer you sent took 2 a350",
        "the number you gave me is wrong",
        "sold 2 while driving",
        "call you later",
        "不喜欢a350,退2台",
        "i'm busy, stock?",
        "order O1003 was not delivered",
        "the 5 a350 could not be delivered",
        "取消 S1001",
    ],
)
def test_what_people_write(text: str) -> None:
    assert not machine(text) and not automatic(text)
