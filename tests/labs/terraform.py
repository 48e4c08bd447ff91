"""The Terraform of this machine, if it has one: no package carries one that is new enough."""

import shutil

import pytest

TERRAFORM = shutil.which("terraform")

needs_terraform = pytest.mark.skipif(
    TERRAFORM is None, reason="there is no terraform on this machine"
)
