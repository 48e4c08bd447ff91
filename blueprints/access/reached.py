"""A service as its clients see it."""

from dataclasses import dataclass

from blueprints.service.service import Service


@dataclass(frozen=True)
class Reached:
    """What is reached, and how it is asked for."""

    service: Service
    served: str
    """What clients call the model."""
    host: bool
    """Whether it runs on nodes that a tunnel or a proxy leads to."""
    url: str = ""
    """Where a cluster's ingress answers, up to and with ``/v1``; "" where there is none."""

    @property
    def name(self) -> str:
        """Of the service: a DNS label."""
        return self.service.name

    @property
    def key(self) -> bool:
        """Whether clients have to show a key."""
        return "VLLM_API_KEY" in self.service.secrets
