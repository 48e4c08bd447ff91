"""The kinds of stacks a sandbox can start with; adding one is a module and a line here."""

from collections.abc import Mapping

from blueprints.kinds.sandbox.stacks.base import StackKind

KINDS: Mapping[str, StackKind] = {}
"""By the word that stands under ``kind`` in a specification."""
