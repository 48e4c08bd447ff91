"""What holds for every runtime: what it wrote, it reads back, and nothing else."""

from collections.abc import Mapping

from blueprints.runtimes.runtime import Runtime
from blueprints.runtimes.same import Difference, differences
from blueprints.service.facts import facts
from blueprints.service.service import Service
from blueprints.service.site import Site


def written(runtime: Runtime, service: Service, site: Site) -> dict[str, bytes]:
    """Its files by their paths."""
    return {file.path: file.content for file in runtime.write(service, site)}


def found(runtime: Runtime, meant: Service, files: Mapping[str, bytes]) -> list[Difference]:
    """What the files say otherwise than the service that was meant."""
    return list(differences(facts(meant, runtime.where), runtime.read(files), runtime.cannot))


def edited(
    files: Mapping[str, bytes], old: str, new: str, name: str = "serve.sh"
) -> dict[str, bytes]:
    """The files after one edit; the text to be replaced has to stand there once."""
    text = files[name].decode()
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
    return {**files, name: text.replace(old, new).encode()}
