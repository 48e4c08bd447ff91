import json
from pathlib import Path

import helm_python as helm
import jsonschema
import pytest
import yaml

from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, files, pod
