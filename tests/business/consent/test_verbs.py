"""STOP and START of a topic: the words people have for it, and what they are answered."""

from __future__ import annotations

from tests.business.conversation.test_conversation import text
from tests.business.dict_ledger import CLERK, OWNER, sample


def test_a_topic_has_many_words_and_is_told_in_the_language_of_the_answer() -> None:
    books = sample()
    assert text(books, OWNER, "stop reminder") == (
        "No more notices about reminders. STOP alone ends all notices, START reminders resumes these."
    )
    assert text(books, CLERK, "退订价格") == "已停发“价格”类通知。恢复回:订阅 价格"
    assert [word.topic for word in books.consent.history(CLERK)] == ["prices"]
    assert text(books, CLERK, "撤销退订") == "已恢复通知与提醒。停发回:退订"
    assert "about offers" in text(books, OWNER, "STOP offers")


def test_taking_back_a_stop_is_no_stop() -> None:
    books = sample()
    text(books, OWNER, "STOP")
    assert text(books, OWNER, "UNDO STOP").startswith("You will get our notices and reminders again.")
