"""``image.sh``: a job that makes a file of an image, for nodes that start containers from files."""

from typing import Final

from blueprints.runtimes.writing.shell import quote
from blueprints.service.service import Image, Service
from blueprints.service.site import Site

MACHINES: Final = {"amd64": "x86_64", "arm64": "aarch64"}
"""Architectures as ``uname -m`` has them."""

_SCRIPT = """#!/usr/bin/env bash
# Makes the SIF file that serve.sh starts, once: image.sh [OCI_ARCHIVE]
#
# On nodes that do not reach the registry, give it an archive that was made elsewhere by
#   skopeo copy --preserve-digests docker://REFERENCE oci-archive:OCI_ARCHIVE
set -euo pipefail
umask 022

reference={reference}
digest={digest}
machine={machine}
sif={sif}

fail() {{
  printf '%s: %s\\n' "$sif" "$1" >&2
  exit 1
}}

if [ -e "$sif" ]; then
  printf '%s: is there\\n' "$sif" >&2
  exit
fi
[ "$(uname -m)" = "$machine" ] || fail "is for $machine, and this node is $(uname -m)"
source="docker://$reference"
if [ "$#" -gt 0 ]; then
  # The manifest has to be the one that is asked for; it names the digests of all the rest.
  found=$(tar -xOf "$1" "blobs/sha256/${{digest#sha256:}}" | sha256sum)
  [ "sha256:${{found%% *}}" = "$digest" ] || fail "$1 is not $reference"
  source="oci-archive:$1"
fi
mkdir -p -- "${{sif%/*}}"
partial=$(mktemp -d -- "${{sif%/*}}/.making.XXXXXX")
trap 'chmod -R u+w -- "$partial"; rm -rf -- "$partial"' EXIT
# Layers are larger than what a node's /tmp and a home folder's quota hold.
export APPTAINER_TMPDIR="$partial" APPTAINER_CACHEDIR="$partial/cache"
apptainer build "$partial/image.sif" "$source"
mv -n -- "$partial/image.sif" "$sif"
printf '%s: made\\n' "$sif" >&2
"""


def sif(service: Service, site: Site) -> str:
    """Where the SIF file lies at a site; its name holds the image's digest."""
    folder = site.folders.images if site.folders else "/images"
    return f"{folder}/{stem(service.image)}.sif"


def stem(image: Image) -> str:
    """The name of a file that is made of an image, without its ending."""
    return f"{image.name.rpartition('/')[2]}-{image.digest.removeprefix('sha256:')}"


def script(service: Service, site: Site) -> bytes:
    """The job, for a shell on a node of the site or a scheduler."""
    return _SCRIPT.format(
        reference=quote(service.image.reference),
        digest=quote(service.image.digest),
        machine=MACHINES[service.image.architecture],
        sif=quote(sif(service, site)),
    ).encode()
