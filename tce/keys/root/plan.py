"""How the root is kept, as the specification says: ``keys.root``."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from blueprints import yamlfile
from tce.keys.errors import CustodyError
from tce.keys.orders.officers import FILE


class Plan(BaseModel):
    """Values with the defaults of an environment that says nothing of it."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    kind: Literal["shamir", "pkcs11"] = "shamir"
    shares: Annotated[int, Field(ge=2, le=16)] = 5
    threshold: Annotated[int, Field(ge=2, le=16)] = 3
    """Of the shares; escrow is split in the same way."""
    token: str | None = None
    label: str | None = None
    """Of the wrapping key in the token; each generation adds its number."""
    module: str | None = None

    @property
    def wrapping(self) -> tuple[str, str]:
        """Token and label.

        Raises:
            CustodyError: a module is to keep it, and is not named.
        """
        if not self.token or not self.label:
            raise CustodyError(f"{FILE}: keys.root of kind pkcs11 needs a token and a label")
        return self.token, self.label


class _Keys(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    root: Plan = Plan()


class _Specification(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    keys: _Keys = _Keys()


def read(folder: Path) -> Plan:
    """Return the plan of a rendered environment.

    Raises:
        ExpectedError: there is no specification, or what it says makes no sense.
    """
    said = yamlfile.check(_Specification, yamlfile.read(folder / FILE, FILE))
    if said.keys.root.threshold > said.keys.root.shares:
        raise CustodyError(
            f"{FILE}: keys.root: {said.keys.root.threshold} of {said.keys.root.shares} shares"
        )
    return said.keys.root
