"""Choosing the lab's region: where its prices, its grid and new instances are."""

from instances.catalog.queries import region_figure
from virtlab.labs.models import Lab


def choose_region(lab: Lab, code: str) -> str:
    """Makes a region of the catalog the lab's own and returns its name; raises KeyError for any other code.

    Instances that are there already stay where they are.
    """
    region = region_figure(code)
    lab.region_code = code
    lab.save(update_fields=["region_code"])
    return region.label
