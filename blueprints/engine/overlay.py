"""An institution's own template, laid over a blueprint's: its files are added or win.

The folder is a cookiecutter template for the top of the repository; a folder in it that is called
as one of the blueprint's templates and is a template itself is laid over every place where that
one is used.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from blueprints import render as templates
from blueprints.engine.blueprint import File, Prose
from blueprints.engine.spec import Digest
from blueprints.errors import ExpectedError
