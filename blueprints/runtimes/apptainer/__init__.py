"""Apptainer: one container on one node, as the person who starts it, from a SIF file.

What it does otherwise by itself is taken back: it would run as the caller, mount the home folder,
hand the caller's environment on, and keep the root read-only.
"""

from blueprints.runtimes.apptainer.read import read
from blueprints.runtimes.apptainer.write import CANNOT, unfit, write
from blueprints.runtimes.runtime import Runtime

RUNTIME = Runtime("apptainer", "host", write, read, CANNOT, unfit)
