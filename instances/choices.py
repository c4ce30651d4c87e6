"""Choices of the cloud side."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from virtlab.labs.choices import FigureKind


class Hypervisor(models.TextChoices):
    """What runs the guests of an instance type."""

    XEN = "xen", _("Xen")
    NITRO = "nitro", _("AWS Nitro")
    METAL = "metal", _("Bare metal")


class PriceRule(models.TextChoices):
    """How a price was found; docs/catalog.md describes each rule."""

    REFRESHED = "refreshed", _("Listed: read from the cloud's own price list by refresh_catalogue")
    TYPE = "type", _("Listed for this very type")
    FACT = "fact", _("Listed: the family's price for its xlarge size")
    LISTED = "listed", _("Listed, and on its family's line")
    LINE = "line", _("Along the family's line through its listed sizes in this region")
    FACT_LINE = "fact-line", _("Along the family's line through its listed xlarge price")
    REPRICED = "repriced", _("The family's new home price times this region's own ratio")
    SIBLING = "sibling", _("The family's home price times this region's ratio of its nearest sibling family")
    DISTANT = "distant", _("The family's home price times this region's ratio of a less similar family")
    LONE = "lone", _("A single listed row that nothing confirms")
    EDITED = "edited", _("Set by an administrator")


class PurchaseOption(models.TextChoices):
    """How the hours are bought."""

    ON_DEMAND = "on_demand", _("On-demand")
    ONE_YEAR = "one_year", _("1-year commitment")
    THREE_YEAR = "three_year", _("3-year commitment")


class RateOffer(models.TextChoices):
    """What a listed rate belongs to. Reserved Instances are of the class "standard"."""

    ON_DEMAND = "on_demand", _("On-demand")
    RESERVED = "reserved", _("Reserved Instance, standard")
    EC2_PLAN = "ec2_plan", _("EC2 Instance Savings Plan")
    COMPUTE_PLAN = "compute_plan", _("Compute Savings Plan")


class Upfront(models.TextChoices):
    """How much of a term is paid at its beginning."""

    NONE = "none", _("Nothing upfront")
    PARTIAL = "partial", _("Partly upfront")
    ALL = "all", _("All upfront")


class CatalogTable(models.TextChoices):
    """Tables of the catalogue that a region can have from the cloud itself."""

    PRICES = "prices", _("Prices of types")
    SERVICES = "services", _("Prices of services")
    RATES = "rates", _("Listed rates")
    OFFERINGS = "offerings", _("Types and where they are offered")


class Service(models.TextChoices):
    """Priced services besides the hours of instances."""

    EBS = "ebs", _("Block storage (EBS)")
    S3 = "s3", _("Object storage (S3)")
    LAMBDA = "lambda", _("Functions (Lambda)")
    FARGATE = "fargate", _("Containers (Fargate)")
    EKS = "eks", _("Kubernetes (EKS)")
    NETWORK = "network", _("Network")
    TRANSFER = "transfer", _("Data transfer")


class InstanceState(models.TextChoices):
    """What an instance is doing: the cloud's own words."""

    PENDING = "pending", pgettext_lazy("instance", "Pending")
    RUNNING = "running", _("Running")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    SHUTTING_DOWN = "shutting-down", _("Shutting down")
    TERMINATED = "terminated", _("Terminated")


STARTED = (InstanceState.PENDING, InstanceState.RUNNING)
"""On its way up, or there. These states count against the quota (Amazon EC2 User Guide, "On-Demand Instance quotas",
2026).
"""
ENDING = (InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED)
"""On its way to its end, or there: nothing brings it back."""


class CheckState(models.TextChoices):
    """What the cloud's status checks of a running instance have found: the API's own words."""

    PASSED = "passed", pgettext_lazy("status check", "Passed")
    INITIALIZING = "initializing", pgettext_lazy("status check", "Initializing")
    FAILED = "failed", pgettext_lazy("status check", "Failed")


class CreditMode(models.TextChoices):
    """What a burstable instance does when its CPU credits are used up."""

    STANDARD = "standard", pgettext_lazy("CPU credits", "Standard")
    UNLIMITED = "unlimited", pgettext_lazy("CPU credits", "Unlimited")


class PlacementStrategy(models.TextChoices):
    """How a placement group places its instances."""

    CLUSTER = "cluster", pgettext_lazy("placement", "Cluster")
    PARTITION = "partition", pgettext_lazy("placement", "Partition")
    SPREAD = "spread", pgettext_lazy("placement", "Spread")


class Virtualization(models.TextChoices):
    """How an image expects to be booted."""

    HVM = "hvm", _("Hardware virtual machine (HVM)")
    PARAVIRTUAL = "paravirtual", _("Paravirtual (PV)")


class VolumeKind(models.TextChoices):
    """Kinds of block storage."""

    GP3 = "gp3", _("General purpose SSD (gp3)")
    GP2 = "gp2", _("General purpose SSD (gp2)")
    IO2 = "io2", _("Provisioned IOPS SSD (io2)")
    ST1 = "st1", _("Throughput hard disk (st1)")
    SC1 = "sc1", _("Cold hard disk (sc1)")


class FaultKind(models.TextChoices):
    """What can be made to go wrong in the cloud."""

    ZONE_OUTAGE = "zone_outage", _("A zone is out")
    REGION_OUTAGE = "region_outage", _("A region is out")
    NO_CAPACITY = "no_capacity", _("Insufficient capacity")


class QuotaGroup(models.TextChoices):
    """Groups of families that share a limit of running on-demand vCPU (Amazon EC2 User Guide, "On-Demand Instance
    quotas", 2026). Mac has none: it runs on dedicated hosts alone.
    """

    STANDARD = "standard", _("Standard (A, C, D, H, I, M, R, T, Z)")
    DL = "dl", _("DL (deep learning)")
    F = "f", _("F (FPGA)")
    G_VT = "g-vt", _("G and VT (graphics, video)")
    HIGH_MEMORY = "high-memory", _("High memory (U)")
    HPC = "hpc", _("HPC")
    INF = "inf", _("Inf (inference)")
    P = "p", _("P (GPU)")
    TRN = "trn", _("Trn (training)")
    X = "x", _("X (memory)")


REGION_NAMES = {
    "af-south-1": _("Africa (Cape Town)"),
    "ap-east-1": _("Asia Pacific (Hong Kong)"),
    "ap-northeast-1": _("Asia Pacific (Tokyo)"),
    "ap-northeast-2": _("Asia Pacific (Seoul)"),
    "ap-northeast-3": _("Asia Pacific (Osaka)"),
    "ap-south-1": _("Asia Pacific (Mumbai)"),
    "ap-south-2": _("Asia Pacific (Hyderabad)"),
    "ap-southeast-1": _("Asia Pacific (Singapore)"),
    "ap-southeast-2": _("Asia Pacific (Sydney)"),
    "ap-southeast-3": _("Asia Pacific (Jakarta)"),
    "ap-southeast-4": _("Asia Pacific (Melbourne)"),
    "ap-southeast-5": _("Asia Pacific (Malaysia)"),
    "ca-central-1": _("Canada (Central)"),
    "ca-west-1": _("Canada West (Calgary)"),
    "eu-central-1": _("Europe (Frankfurt)"),
    "eu-central-2": _("Europe (Zurich)"),
    "eu-north-1": _("Europe (Stockholm)"),
    "eu-south-1": _("Europe (Milan)"),
    "eu-south-2": _("Europe (Spain)"),
    "eu-west-1": _("Europe (Ireland)"),
    "eu-west-2": _("Europe (London)"),
    "eu-west-3": _("Europe (Paris)"),
    "il-central-1": _("Israel (Tel Aviv)"),
    "me-central-1": _("Middle East (UAE)"),
    "me-south-1": _("Middle East (Bahrain)"),
    "sa-east-1": _("South America (São Paulo)"),
    "us-east-1": _("US East (N. Virginia)"),
    "us-east-2": _("US East (Ohio)"),
    "us-west-1": _("US West (N. California)"),
    "us-west-2": _("US West (Oregon)"),
}
"""Names of the regions by code."""

SERVICE_ITEMS = {
    "ebs-gp3-gb-month": _("General purpose volume (gp3), space"),
    "ebs-gp3-iops-month": _("General purpose volume (gp3), IOPS over 3,000"),
    "ebs-gp3-mbps-month": _("General purpose volume (gp3), throughput over 125 MiB/s"),
    "ebs-gp2-gb-month": _("General purpose volume (gp2), space"),
    "ebs-io2-gb-month": _("Provisioned IOPS volume (io2), space"),
    "ebs-io2-iops-month": _("Provisioned IOPS volume (io2), IOPS"),
    "ebs-st1-gb-month": _("Throughput hard-disk volume (st1), space"),
    "ebs-sc1-gb-month": _("Cold hard-disk volume (sc1), space"),
    "ebs-snapshot-gb-month": _("Volume snapshot, space"),
    "s3-standard-gb-month": _("Object storage, standard, space"),
    "lambda-million-requests": _("Function calls"),
    "lambda-gb-second": _("Function memory time (x86-64)"),
    "lambda-arm-gb-second": _("Function memory time (Arm64)"),
    "fargate-vcpu-hour": _("Container CPU time"),
    "fargate-gb-hour": _("Container memory time"),
    "eks-cluster-hour": _("Kubernetes control plane"),
    "nat-gateway-hour": _("NAT gateway, time"),
    "nat-gateway-gb": _("NAT gateway, data"),
    "alb-hour": _("Application load balancer, time"),
    "public-ipv4-hour": _("Public IPv4 address"),
    "data-out-gb-tier1": _("Data out to the internet, first 10 TB a month"),
    "data-out-gb-tier2": _("Data out to the internet, 10 to 50 TB a month"),
    "data-out-gb-tier3": _("Data out to the internet, 50 to 150 TB a month"),
    "data-out-gb-tier4": _("Data out to the internet, above 150 TB a month"),
    "data-between-regions-gb": _("Data to another region"),
    "data-between-zones-gb": _("Data to another zone"),
}
"""What each priced item of a service is."""

SERVICE_UNITS = {
    "GB-month": _("GB-month"),
    "GB-hour": _("GB-hour"),
    "GB-second": _("GB-second"),
    "IOPS-month": _("IOPS-month"),
    # The price page writes MB/s for what the API calls MiB/s: the price list asks 1,024 times as much for a GiB/s.
    "MB/s-month": _("MiB/s-month"),
    "address-hour": _("address-hour"),
    "cluster-hour": _("cluster-hour"),
    "vCPU-hour": _("vCPU-hour"),
    "hour": _("hour"),
    "million requests": _("million requests"),
}
"""Units of the services' prices that are words; GB is one everywhere."""

RULE_KINDS = {
    PriceRule.REFRESHED: FigureKind.LIST,
    PriceRule.TYPE: FigureKind.LIST,
    PriceRule.FACT: FigureKind.LIST,
    PriceRule.LISTED: FigureKind.LIST,
    PriceRule.LINE: FigureKind.DERIVED,
    PriceRule.FACT_LINE: FigureKind.DERIVED,
    PriceRule.REPRICED: FigureKind.DERIVED,
    PriceRule.SIBLING: FigureKind.DERIVED,
    PriceRule.DISTANT: FigureKind.ESTIMATE,
    PriceRule.LONE: FigureKind.ESTIMATE,
    PriceRule.EDITED: FigureKind.ASSUMPTION,
}
"""How far a price found by each rule can be trusted."""
