"""What became of a repository when a model was onboarded or retired."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from blueprints.display import count, visible
from blueprints.service.fit import warnings
from blueprints.service.model import Model
from blueprints.service.site import Site
from blueprints.update.result import Updated

SCHEMA = "tutela/model-change/v1"


@dataclass(frozen=True)
class Changed:
    """The result of `tutela model onboard` and `tutela model retire`."""

    what: Literal["onboarded", "retired"]
    model: Model
    sites: Sequence[Site]
    """All of the repository."""
    updated: Updated

    @property
    def exit_code(self) -> int:
        """3 with conflicts, as of an update."""
        return self.updated.exit_code

    @property
    def done(self) -> bool:
        """Whether anything was written."""
        return self.updated.written and not self.updated.recovered

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        updated = self.updated
        if updated.recovered or updated.conflicts:
            yield str(updated)
            return
        verb = self.what if self.done else f"would be {self.what}"
        where = ", ".join(self.model.sites)
        files = len(updated.changes)
        yield visible(f"{self.model.name} {verb}: {where}; {count(files)} files in {self._folder}")
        for address in sorted(self._mirrors()):
            if self.what == "onboarded":
                yield visible(f"weights have to be at {address}")
            else:
                yield visible(f"weights stay at {address}; this repository protects them no more")
        for text in self._warnings():
            yield visible(f"warning: {text}")
        if not self.done:
            yield "Nothing was written."
            return
        folder = shlex.quote(self._folder)
        verbs = {"onboarded": "onboard", "retired": "retire"}
        yield "next:"
        yield visible(f"  git -C {folder} diff")
        yield visible(f"  tutela check {folder}")
        yield visible(f"  tutela model compare {folder}")
        message = f"{verbs[self.what]} {self.model.name}"
        yield visible(f"  git -C {folder} add --all && git -C {folder} commit -m '{message}'")

    @property
    def _folder(self) -> str:
        return str(self.updated.folder)

    def _mirrors(self) -> set[str]:
        """Where the model's weights lie, by its sites."""
        return {
            f"s3://{one.store.bucket}/{one.store.prefix}/{self.model.source.repository}"
            f" ({one.store.endpoint})"
            for one in self.sites
            if one.name in self.model.sites
        }

    def _warnings(self) -> Iterator[str]:
        for site in self.sites:
            if self.what == "onboarded" and site.name in self.model.sites:
                yield from warnings(self.model, site)

    def as_json(self) -> Mapping[str, object]:
        """Schema ``tutela/model-change/v1``."""
        return {
            "schema": SCHEMA,
            "what": self.what,
            "model": self.model.name,
            "source": self.model.source.repository,
            "revision": self.model.source.revision,
            "licence": self.model.source.licence,
            "sites": list(self.model.sites),
            "mirrors": sorted(self._mirrors()),
            "warnings": list(self._warnings()),
            "done": self.done,
            "update": self.updated.as_json(),
        }
