"""Which addresses may be called back: those that the settings name, by scheme, host, port and beginning of the path."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
_ENCODED = re.compile("%[0-9a-fA-F]{2}")
_URL = re.compile(r"[!-~]{8,2000}\Z")


def allowed(url: str, beginnings: Iterable[str]) -> bool:
    """Whether an address begins as one of the settings does; what is written to look like it does not count.

    Paths are compared as the server that is called reads them: decoded.
    """
    wanted = _split(url)
    if wanted is None or decoded_path(wanted.path) is None:
        return False
    return any(_within(wanted, known) for known in map(_split, beginnings) if known is not None)


def refusal(url: str, beginnings: tuple[str, ...]) -> str:
    """Why an address is not called; '' where it is."""
    if allowed(url, beginnings):
        return ""
    if not beginnings:
        return "no address may be called: the setting http.callbacks is empty"
    return "this address may not be called: the setting http.callbacks does not name it"


def named(host: str, beginnings: Iterable[str]) -> bool:
    """Whether the settings name a host as one of this machine: by an IP address, or as localhost."""
    if host.casefold() != "localhost" and address(host) is None:
        return False
    return any(known is not None and known.hostname == host.casefold() for known in map(_split, beginnings))


def own(text: str) -> bool:
    """Whether an IP address is of the machine's own space, which a name may not lead to."""
    found = address(text.partition("%")[0])
    if found is None:
        return True
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast or found.is_reserved


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _split(url: str) -> SplitResult | None:
    if not _URL.match(url) or "\\" in url or "#" in url:
        return None
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        return None
    if found.scheme not in _PORTS or not found.hostname or "@" in found.netloc or port == 0:
        return None
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", found.hostname):
        return None
    return found


def _within(wanted: SplitResult, known: SplitResult) -> bool:
    def place(url: SplitResult) -> tuple[str, str | None, int]:
        return url.scheme, url.hostname, url.port or _PORTS[url.scheme]

    if place(wanted) != place(known):
        return False
    path, beginning = decoded_path(wanted.path), decoded_path(known.path)
    return path is not None and beginning is not None and path.startswith(beginning)


def decoded_path(path: str) -> str | None:
    """A path with its percent signs decoded; None for one that servers read in more than one way.

    That is one encoded twice, with a slash, a backslash or a control encoded, or with a step that leads elsewhere.
    """
    decoded = unquote(path or "/", encoding="latin-1")
    if _ENCODED.search(decoded) or decoded.count("/") != (path or "/").count("/") or "\\" in decoded:
        return None
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in decoded):
        return None
    steps = (step.partition(";")[0].strip() for step in decoded.split("/"))
    return None if any(step in (".", "..") for step in steps) else decoded
