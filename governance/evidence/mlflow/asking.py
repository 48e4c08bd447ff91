"""How lists and single things are asked of a tracking server, in each of its workspaces."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from governance.evidence.mlflow import parsed
from governance.evidence.mlflow.answers import NO_SUCH, AnswerError
from governance.evidence.mlflow.http import Client, Params
from governance.evidence.mlflow.paging import walk
from governance.evidence.mlflow.parsed import Json
from governance.evidence.mlflow.rows import text_or_none

API = "/api/2.0/mlflow/"
T = TypeVar("T")


class Asking:
    """Asks one server for lists, page by page, and for single things."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.workspaces: list[str | None] = [None]
        """None alone: the server has none."""

    def find_workspaces(self) -> None:
        """Learn which workspaces there are (MLflow 3.10 and later)."""
        try:
            info = self._client.get("/api/3.0/mlflow/server-info")
        except AnswerError as error:
            if error.status != 404:
                raise
            return
        if info.get("workspaces_enabled") is True:
            listed = parsed.parts(self._client.get("/api/3.0/mlflow/workspaces"), "workspaces")
            self.workspaces = [parsed.identity(one, "name") for one in listed]

    def each(self) -> Iterator[str | None]:
        """Yield every workspace while it is the one that is asked."""
        for workspace in self.workspaces:
            with self.within(workspace):
                yield workspace

    @contextmanager
    def within(self, workspace: str | None) -> Iterator[None]:
        """Ask one workspace in here, on a server that has any."""
        before = self._client.workspace
        self._client.workspace = workspace if self.workspaces != [None] else None
        try:
            yield
        finally:
            self._client.workspace = before

    def posted(
        self,
        path: str,
        of: str,
        body: Mapping[str, object],
        make: Callable[[Json], T],
        key: Callable[[T], Hashable],
        size: int,
    ) -> Iterator[T]:
        """Yield all of a list that is searched by POST; `of` is where an answer holds it."""

        def ask(token: str | None, most: int) -> tuple[list[T], str | None]:
            marked = {"page_token": token} if token else {}
            answer = self._client.post(API + path, {**body, **marked, "max_results": most})
            rows = [make(one) for one in parsed.parts(answer, of)]
            return rows, text_or_none(answer.get("next_page_token"))

        yield from walk(ask, key, size)

    def got(
        self,
        path: str,
        of: str,
        order: str,
        make: Callable[[Json], T],
        key: Callable[[T], Hashable],
        size: int,
    ) -> Iterator[T]:
        """Yield all of a list that is searched by GET, in this order."""

        def ask(token: str | None, most: int) -> tuple[list[T], str | None]:
            asked: Params = {"order_by": [order], "max_results": most}
            answer = self._client.get(
                API + path, {**asked, "page_token": token} if token else asked
            )
            rows = [make(one) for one in parsed.parts(answer, of)]
            return rows, text_or_none(answer.get("next_page_token"))

        yield from walk(ask, key, size)

    def one(self, path: str, params: Params) -> Json | None:
        """Return what is answered, or None where the server has no such thing."""
        try:
            return self._client.get(path, params)
        except AnswerError as error:
            if error.code == NO_SUCH:
                return None
            raise
