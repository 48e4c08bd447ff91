"""A real headless Chromium that notices everything a page does wrong."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from playwright.sync_api import Page, sync_playwright

# No question to a host outside: the machine's browser would ask for updates and its hosts.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Seen:
    """An open page and everything that went wrong or was asked of the network."""

    page: Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """URLs that the page asked for, its own file left out."""


class Chromium:
    """Debian's Chromium, headless; a context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        path = shutil.which("chromium")
        if path is None:
            raise RuntimeError("no chromium: apt-get install --no-install-recommends chromium")
        playwright = self._stack.enter_context(sync_playwright())
        self._browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        self._stack.callback(self._browser.close)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @contextmanager
    def open(
        self,
        file: Path,
        *,
        width: int = 1280,
        scripts: bool = True,
        scheme: Literal["light", "dark"] = "light",
    ) -> Iterator[Seen]:
        """Open a file from disk in a window of `width` by 900 pixels."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,
            offline=True,
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        seen = Seen(page)
        url = file.as_uri()
        page.on("console", lambda message: seen.problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: seen.problems.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: seen.requests.append(request.url) if request.url != url else None,
        )
        page.goto(url)
        try:
            yield seen
        finally:
            context.close()
