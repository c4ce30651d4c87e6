"""A region's price list as large as is wanted, in AWS's format with all of its 90 columns."""

import csv
from itertools import cycle
from pathlib import Path

from instances.catalog import files
from instances.catalog.refresh.offers import COLUMNS, UPFRONT

HEAD = (
    ("FormatVersion", "v1.0"),
    ("Disclaimer", "made up for a measurement"),
    ("Publication Date", "2026-11-20T18:32:21Z"),
    ("Version", "20261120183221"),
    ("OfferCode", "AmazonEC2"),
)
REGION = "ap-northeast-1"
FILL = {f"Attribute {number}": "Intel AVX; Intel AVX2; Intel Turbo" for number in range(20)}
EMPTY = {f"Instance Capacity - {number}xlarge": "" for number in range(53)}
MACHINE = {
    "Currency": "USD",
    "Product Family": "Compute Instance",
    "License Model": "No License required",
    "CapacityStatus": "Used",
    "Pre Installed S/W": "NA",
    "Region Code": REGION,
    "OfferingClass": "standard",
    "LeaseContractLength": "3yr",
}


def write(path: Path, size_bytes: int) -> Path:
    """Writes rows until the file has this size: each type with every system, tenancy and way to buy, over and over."""
    names = [row["name"] for row in files.read(files.DATA / "offerings.csv") if row["region"] == REGION]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows(HEAD)
        columns = [*COLUMNS, *FILL, *EMPTY]
        writer.writerow(columns)
        for number, name in enumerate(cycle(names)):
            for row in rows(name, number // len(names)):
                writer.writerow([row.get(column, "") for column in columns])
            if file.tell() >= size_bytes:
                return path
    return path


def rows(name: str, turn: int) -> list[dict[str, str]]:
    """The rows of one type; from the second turn on they are of dedicated hardware."""
    tenancy = "Dedicated" if turn else "Shared"
    made = []
    for system in ("Linux", "Windows", "RHEL", "SUSE"):
        base = {**MACHINE, **FILL, "Instance Type": name, "Operating System": system, "Tenancy": tenancy}
        base |= {"SKU": f"SKU{turn:05d}{system}", "usageType": f"APN1-BoxUsage:{name}"}
        made.append({**base, "TermType": "OnDemand", "Unit": "Hrs", "PricePerUnit": "0.1250000000"})
        for upfront in UPFRONT:
            term = {**base, "TermType": "Reserved", "PurchaseOption": upfront}
            made.append({**term, "Unit": "Hrs", "PricePerUnit": "0.0500000000"})
            made.append({**term, "Unit": "Quantity", "PricePerUnit": "900"})
    return made
