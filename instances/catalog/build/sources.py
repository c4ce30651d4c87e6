"""Where the catalog's raw facts come from: a small door with one implementation, the two packages.

A second implementation may ask AWS itself with the user's credentials (boto3: DescribeInstanceTypes,
DescribeInstanceTypeOfferings, the price list); `build_catalog` then works as before.
"""

import gzip
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

VERSIONS = {"moto": "5.2.5", "apache-libcloud": "3.9.1"}
"""The packages whose facts the committed tables were built from."""

DescribedType = Mapping[str, Any]
"""One item of DescribeInstanceTypes, as AWS words it."""


class SourceMissing(RuntimeError):
    """A package with raw facts is not installed, or in another version than the committed tables were built from."""


class CatalogSource(Protocol):
    """Raw facts about a cloud's machines. Dates are ISO 8601, prices USD per hour for Linux on demand."""

    types_citation: str
    types_date: str
    images_citation: str
    prices_citation: str
    prices_date: str

    def regions(self) -> list[str]:
        """Codes of all regions that this source knows."""

    def instance_types(self) -> list[DescribedType]:
        """Every instance type."""

    def offerings(self, region: str) -> dict[str, list[str]]:
        """The zones of a region in which each type is offered, by type."""

    def prices(self) -> dict[str, dict[str, Decimal]]:
        """Listed prices by region and type, unchecked; zeros are left out."""

    def images(self, region: str) -> list[dict[str, str]]:
        """A region's public machine images: image_id, name, architecture, virtualization."""


class PackagedSource:
    """Facts as two packages ship them: moto (what AWS describes and offers) and apache-libcloud (listed prices)."""

    def __init__(self) -> None:
        for package, version in VERSIONS.items():
            _check(package, version)
        self._ec2 = _package_dir("moto") / "ec2" / "resources"
        self._listed = json.loads((_package_dir("libcloud") / "data" / "pricing.json").read_text(), parse_float=Decimal)
        self.types_citation = f"Amazon EC2 DescribeInstanceTypes, via moto {VERSIONS['moto']}"
        self.images_citation = f"Amazon EC2 DescribeImages, via moto {VERSIONS['moto']}"
        self.prices_citation = f"AWS price list, via apache-libcloud {VERSIONS['apache-libcloud']}"
        self.prices_date = datetime.fromtimestamp(self._listed["updated"], tz=UTC).date().isoformat()
        self.types_date = self._types_date()

    def regions(self) -> list[str]:
        """Codes of all regions with offerings."""
        folder = self._ec2 / "instance_type_offerings" / "region"
        return sorted(path.name.removesuffix(".json.gz") for path in folder.glob("*.json.gz"))

    def instance_types(self) -> list[DescribedType]:
        """Every instance type, by name."""
        described: dict[str, DescribedType] = _read(self._ec2 / "instance_types.json.gz")
        return [described[name] for name in sorted(described)]

    def offerings(self, region: str) -> dict[str, list[str]]:
        """The zones of a region in which each type is offered, by type."""
        zones: dict[str, list[str]] = {}
        path = self._ec2 / "instance_type_offerings" / "availability-zone" / f"{region}.json.gz"
        for row in _read(path):
            zones.setdefault(row["InstanceType"], []).append(row["Location"])
        return {name: sorted(zones[name]) for name in sorted(zones)}

    def prices(self) -> dict[str, dict[str, Decimal]]:
        """Listed Linux prices by region and type; rows that name a family only, and zeros, are left out."""
        usd_by_region: dict[str, dict[str, Decimal]] = {}
        for name, by_region in self._listed["compute"]["ec2_linux"].items():
            for region, usd in by_region.items():
                if "." in name and usd:
                    usd_by_region.setdefault(region, {})[name] = Decimal(usd)
        return usd_by_region

    def images(self, region: str) -> list[dict[str, str]]:
        """A region's public machine images that start from a volume: image_id, name, architecture, virtualization and
        root_device.
        """
        return [
            {
                "image_id": row["ami_id"],
                "name": row["name"],
                "architecture": row["architecture"],
                "virtualization": row["virtualization_type"],
                "root_device": row["root_device_name"],
            }
            for row in _read(self._ec2 / "latest_amis" / f"{region}.json.gz")
            if row["root_device_type"] == "ebs"
        ]

    def _types_date(self) -> str:
        """The day of the newest machine image that the package ships: its EC2 facts were fetched then or just after."""
        rows = _read(self._ec2 / "latest_amis" / "us-east-1.json.gz")
        days = [day for row in rows for day in re.findall(r"20\d{6}", row["name"])]
        return datetime.strptime(max(days), "%Y%m%d").replace(tzinfo=UTC).date().isoformat()


def _check(package: str, version: str) -> None:
    """Raises SourceMissing unless `package` is installed in exactly this version."""
    try:
        installed = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        installed = "none"
    if installed != version:
        raise SourceMissing(
            f"The catalog is built from {package} {version}, found: {installed}. Install requirements-dev.txt."
        )


def _package_dir(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SourceMissing(f"The package {module} has no folder.")
    return Path(spec.origin).parent


def _read(path: Path) -> Any:
    with gzip.open(path) as file:
        return json.load(file)
