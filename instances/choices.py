"""Choices of the cloud side."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hypervisor(models.TextChoices):
    """What runs the guests of an instance type."""

    XEN = "xen", _("Xen")
    NITRO = "nitro", _("AWS Nitro")
    METAL = "metal", _("Bare metal")


class PurchaseOption(models.TextChoices):
    """How the hours are bought."""

    ON_DEMAND = "on_demand", _("On-demand")
    ONE_YEAR = "one_year", _("1-year commitment")
    THREE_YEAR = "three_year", _("3-year commitment")


class Service(models.TextChoices):
    """Priced services besides the hours of instances."""

    EBS = "ebs", _("Block storage (EBS)")
    S3 = "s3", _("Object storage (S3)")
    LAMBDA = "lambda", _("Functions (Lambda)")
    FARGATE = "fargate", _("Containers (Fargate)")
    EKS = "eks", _("Kubernetes (EKS)")
    NETWORK = "network", _("Network")
    TRANSFER = "transfer", _("Data transfer")
