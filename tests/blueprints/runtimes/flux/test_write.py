from blueprints.runtimes.flux.write import write
from tests.blueprints.runtimes.batch.jobs import at, service


def test_flux_reads_what_the_service_needs() -> None:
    job = next(iter(write(service("ray"), at("flux", "podman"))))
    lines = job.content.decode().splitlines()
    assert [line for line in lines if "flux:" in line] == [
        "# flux: --job-name=scout",
        "# flux: --nodes=3 --exclusive",
        "# flux: --time-limit=24h",
        "# flux: --queue=gpu",
        "# flux: --setattr=bank=ai",
        "# flux: --broker-opts=-Sbroker.quorum=1",
        "# flux: --output={{name}}-{{id}}.log",
    ]


def test_directives_stand_together_as_flux_wants_them() -> None:
    job = next(iter(write(service("alone"), at("flux", "podman"))))
    lines = job.content.decode().splitlines()
    numbers = [number for number, line in enumerate(lines) if line.startswith("# flux:")]
    assert numbers == list(range(1, 1 + len(numbers)))
