"""The pages: /healthz, /readyz and /metrics for watchers, and what others put beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.web.resource import Resource
from twisted.web.server import Request, Site


class Page(Resource):
    """A page whose status and text come from a function."""

    isLeaf = True

    def __init__(self, answer: Callable[[], tuple[int, bytes]], kind: bytes = b"text/plain; charset=utf-8") -> None:
        Resource.__init__(self)
        self._answer = answer
        self._kind = kind

    def render_GET(self, request: Any) -> bytes:
        status, body = self._answer()
        request.setResponseCode(status)
        request.setHeader(b"content-type", self._kind)
        request.setHeader(b"cache-control", b"no-store")
        return body


class QuietSite(Site):
    """Nobody needs a line in the log for each scrape, or a traceback in a page."""

    noisy = False
    displayTracebacks = False

    def __init__(self, root: Resource, request: type[Request]) -> None:
        Site.__init__(self, root, requestFactory=request)

    def log(self, request: Any) -> None:
        return None


def site(
    ready: Callable[[], str],
    metrics: Callable[[], bytes],
    others: Mapping[str, Resource] | None = None,
    request: type[Request] = Request,
) -> Site:
    """The pages. `ready` says in a sentence why we are not; an empty one: we are.

    `others` are more pages, by path without the first slash; `request` is what reads requests.
    """

    def readyz() -> tuple[int, bytes]:
        why = ready()
        return (503, f"{why}\n".encode()) if why else (200, b"ready\n")

    root: Any = Resource()
    root.putChild(b"healthz", Page(lambda: (200, b"alive\n")))
    root.putChild(b"readyz", Page(readyz))
    root.putChild(b"metrics", Page(lambda: (200, metrics()), b"text/plain; version=0.0.4; charset=utf-8"))
    for path, page in (others or {}).items():
        place = root
        *folders, name = path.encode().split(b"/")
        for folder in folders:
            if folder not in place.children:
                place.putChild(folder, Resource())
            place = place.children[folder]
        place.putChild(name, page)
    return QuietSite(root, request)
