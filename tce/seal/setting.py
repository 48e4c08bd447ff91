"""What the front door hands to an operation here, and what every option of stores says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from blueprints.secret import Ask
from governance.workspace.config import StoreConfig
from tce.age.stanza import Random
from tce.keys.bao.client import Bao
from tce.keys.bao.where import find


@dataclass(frozen=True)
class Setting:
    """Time, randomness, secrets, and where things are."""

    now: datetime
    random: Random
    ask: Ask
    environ: Mapping[str, str]
    progress: Callable[[str], None]
    config: StoreConfig = field(default_factory=StoreConfig)
    """Of every ``s3://`` that is named."""
    folder: Path | None = None
    """A rendered environment, which says which OpenBao where the variables do not."""

    def bao(self) -> Bao:
        """Connect to the institution's OpenBao; a token is asked for.

        Raises:
            BaoError: no address is known.
            NoSecretError: nobody is there to say the token.
        """
        return find(self.ask, self.environ, self.folder)

    @property
    def moment(self) -> str:
        """Now, as manifests say it."""
        return self.now.isoformat(timespec="seconds").replace("+00:00", "Z")
