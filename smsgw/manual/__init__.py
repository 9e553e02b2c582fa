"""THE MANUAL: its chapters in reading order, as `smsgw help` lists them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TOPICS", "Topic"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One chapter: the word that `smsgw help` takes, what it tells in one line, and its file in this directory.

    `generated`: written by scripts/regen from the code, not by hand.
    """

    name: str
    about: str
    generated: bool = False

    @property
    def file(self) -> str:
        """The path of the chapter, relative to this directory."""
        return f"reference/{self.name}.md" if self.generated else f"{self.name}.md"


TOPICS: tuple[Topic, ...] = (
    Topic("start", "from the demo to a gateway of your own; how commands behave"),
    Topic("texting", "what may be texted, how a text is read, who may do what"),
    Topic("orders", "orders over the limit, sets for other shops, how goods are booked"),
    Topic("counts", "stock-takes by number or set by set, who decides, rounds"),
    Topic("tickets", "what shops have to say, who answers it by when"),
    Topic("consent", "STOP and START: who wants notices about what"),
    Topic("broadcasts", "writing to many: audience, text, time, approval, surveys"),
    Topic("reports", "who must report by when, reminders, figures, excused days"),
    Topic("imports", "catalogue, dealers, people, shipments, payments from files"),
    Topic("language", "words, syntax and whole languages of your own, by files alone"),
    Topic("running", "the daemon: stopping, health, logs, databases, audit trail"),
    Topic("links", "operators: control, unknown outcomes, routes, alphabets, receipts"),
    Topic("clients", "programs over HTTP: tokens, texts, broadcasts, webhooks, Kannel"),
    Topic("simulator", "an operator to try against, well-behaved or not"),
    Topic("verbs", "every verb: its words, formats, examples, rights", generated=True),
    Topic("rights", "who may do what: phones by verb, people and programs by action", generated=True),
    Topic("commands", "every command of smsgw with its options", generated=True),
    Topic("settings", "every key of smsgw.toml with its default", generated=True),
    Topic("http", "every request of the HTTP API with its fields", generated=True),
    Topic("metrics", "everything that /metrics tells", generated=True),
    Topic("states", "the states of units, orders, tickets and broadcasts", generated=True),
    Topic("adding", "how to add a verb, a report, an import, a setting"),
    Topic("design", "how the house is built: nouns, subjects, rules, tests"),
    Topic("house", "every room and subject in a sentence, who may import whom", generated=True),
    Topic("decisions", "why it is as it is, decision by decision; the libraries"),
    Topic("performance", "what was measured"),
)
