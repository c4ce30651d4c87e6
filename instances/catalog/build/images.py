"""One machine image as AWS lists it → one row of the catalog's table of images.

The list says neither the operating system nor the drivers: they follow from the name.

- Drivers (Amazon EC2 User Guide, "Instances built on the AWS Nitro System", requirements): ENA and NVMe are in Amazon
  Linux from 2018.03 on, Ubuntu from 16.04 (14.04 only with another kernel), Debian from 10, RHEL from 7.4,
  SLES from 12 SP2, Windows Server from 2008 R2. A paravirtual image cannot use them. What the rule does not know
  counts as without.
- Root device: as listed. Of the others /dev/xvda for Amazon Linux and /dev/sda1 for Ubuntu, RHEL, SLES, Windows and
  what is paravirtual, as the list says of each of these systems; Debian, which it lacks: /dev/xvda, as templates that
  launch Debian's own images name it (2024).
- Size of the root volume: 30 GiB for Windows, 10 for RHEL and SLES, 2 for minimal images, else 8 (assumption).
- Current: all but Amazon Linux 1, which ended in 2023, and the older images.
- Illustrative: systems that the list lacks, under a name and an ID that are made up (facts/current_images.csv).
- End of the maker's support: facts/support_ends.csv, by the name.
"""

import hashlib
import re
from collections.abc import Iterator

from instances.catalog import files
from instances.catalog.build.sources import CatalogSource
from virtlab.labs.choices import OperatingSystem

COLUMNS = [
    "region",
    "image_id",
    "name",
    "operating_system",
    "architecture",
    "virtualization",
    "ena",
    "nvme",
    "root_gib",
    "root_device",
    "current",
    "illustrative",
    "support_ends",
    "source",
]

SYSTEMS = (
    (r"Windows_Server-", OperatingSystem.WINDOWS),
    (r"RHEL-", OperatingSystem.RHEL),
    (r"suse-sles-", OperatingSystem.SUSE),
)
DRIVERS_FROM: tuple[tuple[str, tuple[int, ...]], ...] = (
    (r"al(20\d\d)-", (2022,)),
    (r"amzn(2)-ami-", (2,)),
    (r"amzn-ami-.*?(\d{4})\.(\d\d)\.", (2018, 3)),
    (r"ubuntu/.*-(\d\d)\.(\d\d)-", (16, 4)),
    (r"debian-(\d+)-", (10,)),
    (r"RHEL-(\d+)\.(\d+)", (7, 4)),
    (r"suse-sles-(\d+)-sp(\d+)", (12, 2)),
    (r"Windows_Server-2008-R(2)_", (2,)),
    (r"Windows_Server-(\d{4})-", (2012,)),
)
ILLUSTRATIVE = "illustrative_images"
SUPPORT = files.read(files.FACTS / "support_ends.csv")
ROOT_DEVICE = {"hvm": "/dev/xvda", "paravirtual": "/dev/sda1"}
OTHER_ROOT_DEVICE = "/dev/sda1"
XVDA = re.compile(r"al20|amzn|debian-")
ROOT_GIB = {OperatingSystem.WINDOWS: 30, OperatingSystem.RHEL: 10, OperatingSystem.SUSE: 10}
MINIMAL_GIB, USUAL_GIB = 2, 8


def image_rows(source: CatalogSource) -> Iterator[dict[str, object]]:
    """Every region's public images, with the older and the illustrative ones that are offered everywhere, by name."""
    older = files.read(files.FACTS / "older_images.csv")
    current = files.read(files.FACTS / "current_images.csv")
    for region in source.regions():
        listed = [(image, "images") for image in source.images(region)]
        rows = listed + [(image, "older_images") for image in older]
        rows += [({**image, "image_id": made_up_id(region, image["name"])}, ILLUSTRATIVE) for image in current]
        for image, key in sorted(rows, key=lambda row: (row[0]["name"], row[0]["image_id"])):
            yield {"region": region, **image_row(image, key)}


def image_row(image: files.Row, source: str) -> dict[str, object]:
    """The facts of one image; `image` has its name, ID, architecture and virtualization."""
    name = image["name"]
    system = operating_system(name)
    drivers = has_drivers(name, image["virtualization"])
    return {
        "image_id": image["image_id"],
        "name": name,
        "operating_system": system.value,
        "architecture": image["architecture"],
        "virtualization": image["virtualization"],
        "ena": drivers,
        "nvme": drivers,
        "root_gib": ROOT_GIB.get(system, MINIMAL_GIB if "minimal" in name else USUAL_GIB),
        "root_device": image.get("root_device") or root_device(name, image["virtualization"]),
        "current": source != "older_images" and not name.startswith("amzn-ami-"),
        "illustrative": source == ILLUSTRATIVE,
        "support_ends": support_ends(name),
        "source": source,
    }


def root_device(name: str, virtualization: str) -> str:
    """The name of the device that an image boots from, where no list says it."""
    return ROOT_DEVICE[virtualization] if XVDA.match(name) else OTHER_ROOT_DEVICE


def made_up_id(region: str, name: str) -> str:
    """An ID that says that it is none of the cloud's own; the same for a region and a name each time."""
    return f"ami-example-{hashlib.sha256(f'{region} {name}'.encode()).hexdigest()[:8]}"


def support_ends(name: str) -> str:
    """The day on which the maker's support for an image's system ends; empty where it is not known."""
    return next((row["ends"] for row in SUPPORT if re.match(row["pattern"], name)), "")


def operating_system(name: str) -> OperatingSystem:
    """What an image of this name runs: Linux unless it says otherwise."""
    return next((system for pattern, system in SYSTEMS if re.match(pattern, name)), OperatingSystem.LINUX)


def has_drivers(name: str, virtualization: str) -> bool:
    """Whether an image has the ENA and NVMe drivers that Nitro machines need."""
    if virtualization != "hvm":
        return False
    for pattern, least in DRIVERS_FROM:
        if version := re.match(pattern, name):
            return tuple(int(part) for part in version.groups()) >= least
    return False
