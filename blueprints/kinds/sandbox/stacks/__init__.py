"""The kinds of stacks a sandbox can start with; adding one is a module and a line here."""

from collections.abc import Mapping

from blueprints.kinds.sandbox.stacks import agentic, coding, governance, rag, weather
from blueprints.kinds.sandbox.stacks.base import StackKind

KINDS: Mapping[str, StackKind] = {
    "agentic": StackKind(agentic.Agentic, agentic.documents, agentic.network),
    "coding": StackKind(coding.Coding, coding.documents, coding.network),
    "governance": StackKind(governance.Governance, governance.documents, governance.network),
    "rag": StackKind(rag.Rag, rag.documents, rag.network),
    "weather": StackKind(weather.Weather, weather.documents, weather.network),
}
"""By the word that stands under ``kind`` in a specification."""
