"""The demo account as rows: an invented web shop of nine instances in two zones. Every load is synthetic, with a
stated mean and peak. One is stopped and costs its volume, two are burstable, one is far too large, one still runs an
image without drivers for Nitro.
"""

from typing import NamedTuple

from instances.choices import PurchaseOption, VolumeKind
from instances.services.instances import SyntheticLoad

NEWEST = "al2023-ami-2023."
OLD = "amzn-ami-hvm-2017."


class DemoInstance(NamedTuple):
    """One instance. `place`: which of two zones; `days`: how long ago it was launched."""

    name: str
    type_name: str
    place: int
    load: SyntheticLoad
    days: float
    image: str = NEWEST
    purchase: str = PurchaseOption.ON_DEMAND
    volume: tuple[str, int, int, int] = (VolumeKind.GP3, 20, 3000, 125)
    stopped: bool = False
    tags: tuple[tuple[str, str], ...] = (("team", "shop"),)
    protected: bool = False


INSTANCES = (
    DemoInstance("shop-web-1", "t3.medium", 0, SyntheticLoad("evening", 0.11, 0.7, 0.5), 34),
    DemoInstance("shop-web-2", "t3.medium", 1, SyntheticLoad("evening", 0.11, 0.7, 0.5), 34),
    DemoInstance("shop-api-1", "m7g.large", 1, SyntheticLoad("evening", 0.33, 0.85, 0.55), 34),
    DemoInstance(
        "shop-db-1",
        "r7i.large",
        0,
        SyntheticLoad("evening", 0.3, 0.75, 0.7),
        90,
        purchase=PurchaseOption.ONE_YEAR,
        volume=(VolumeKind.GP3, 200, 6000, 250),
        protected=True,
    ),
    DemoInstance(
        "shop-batch-1",
        "c7i.2xlarge",
        1,
        SyntheticLoad("night", 0.3, 0.95, 0.4),
        60,
        volume=(VolumeKind.GP3, 100, 3000, 125),
    ),
    DemoInstance(
        "reports-1", "m5.4xlarge", 0, SyntheticLoad("office", 0.03, 0.12, 0.08), 120, tags=(("team", "finance"),)
    ),
    DemoInstance(
        "build-runner-1", "m5d.large", 0, SyntheticLoad("bursts", 0.15, 1.0, 0.4), 7, tags=(("team", "platform"),)
    ),
    DemoInstance(
        "staging-1",
        "m5.large",
        1,
        SyntheticLoad("office", 0.1, 0.5, 0.3),
        45,
        volume=(VolumeKind.GP3, 150, 3000, 125),
        stopped=True,
        tags=(("stage", "test"), ("team", "platform")),
    ),
    DemoInstance(
        "legacy-app",
        "m4.large",
        0,
        SyntheticLoad("office", 0.18, 0.6, 0.5),
        400,
        image=OLD,
        tags=(("team", "finance"),),
    ),
)
