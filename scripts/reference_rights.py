"""The reference of rights: which roles have which verb, and who may run which action."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from reference_markdown import chapter, code, table

from smsgw.business import SUBJECTS
from smsgw.business.core.principal import ROLES, UNREGISTERED, PersonRole
from smsgw.business.core.rights import PEOPLE_AND_PROGRAMS, SHOP_ROLES, Right
from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.words import Words
from smsgw.language.loading import load_language


def rights() -> str:
    grammar, _ = load_language([], [], "en")
    words, phones = Words(grammar), (*ROLES, UNREGISTERED)
    verbs = [
        (f"`{words.word(verb.name, 'en')}`", verb.name, *("yes" if role in verb.roles else "–" for role in phones))
        for verb in VERBS
    ]
    actions: dict[Right, list[str]] = {}
    for name, right in _actions():
        actions.setdefault(right, []).append(name)
    others = [
        (
            right.value,
            ", ".join(role for role in PersonRole if role in people),
            code(sorted(scopes)) or "none",
            ", ".join(actions.get(right, "–")),
        )
        for right, (people, scopes) in PEOPLE_AND_PROGRAMS.items()
    ]
    own = ", ".join(role for role in ROLES if role in SHOP_ROLES)
    return chapter(
        "Rights: who may do what",
        "What is granted to nobody here is denied.",
        "## Phones",
        f"A verb runs for the roles that it names. {own[:1].upper()}{own[1:]} speak for their own shop; field and "
        "manager for their region and what lies in it; hq for all.",
        table(("text", "verb", *phones), verbs),
        "## People and programs",
        "An action needs a right, which the role of a person or a scope of a program's token gives. Whoever has the "
        "terminal of the gateway acts as admin. Every import asks for `import`, reports over HTTP ask for "
        "`read reports`.",
        table(("right", "roles of people", "scopes of tokens", "actions"), others),
    )


def _actions() -> Iterator[tuple[str, Right]]:
    """Every action of every subject, in their order, with the right that it needs."""
    for subject in SUBJECTS:
        for module in _modules(f"smsgw.business.{subject}.actions"):
            for name, made in vars(module).items():
                if getattr(made, "__module__", None) == module.__name__ and hasattr(made, "right"):
                    yield f"`{subject}.{name}`", made.right


def _modules(name: str) -> Iterator[ModuleType]:
    if find_spec(name) is None:
        return
    module = import_module(name)
    yield module
    for part in iter_modules(getattr(module, "__path__", ())):
        yield import_module(f"{name}.{part.name}")
