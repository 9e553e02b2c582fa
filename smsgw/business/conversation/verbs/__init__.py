"""Conversation: what texts ask of it."""

from __future__ import annotations

from smsgw.business.conversation.verbs.answer import NO, YES
from smsgw.business.conversation.verbs.fix import FIX
from smsgw.business.conversation.verbs.help import HELP
from smsgw.business.conversation.verbs.language import LANGUAGE
from smsgw.business.conversation.verbs.last import LAST
from smsgw.business.conversation.verbs.undo import UNDO

VERBS = (LAST, UNDO, FIX, YES, NO, LANGUAGE, HELP)
