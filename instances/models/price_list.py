"""What was read from the cloud itself: rates beyond on-demand Linux, and which tables a region has from there."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import CatalogTable, RateOffer, Upfront
from instances.models.catalog import InstanceType, Region, Sourced
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.validators import check_source_date

RATE_RANGE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(2000))]
UPFRONT_RANGE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(50_000_000))]


class ListedRate(Sourced):
    """A listed rate of a type: with a system on demand, or under a term of 1 or 3 years. `usd_per_hour` is what an hour
    costs beside `upfront_usd`, due once for the term; a savings plan's rate by the hour holds what is paid upfront.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="listed_rates")
    instance_type = models.ForeignKey(
        InstanceType, verbose_name=_("instance type"), on_delete=models.CASCADE, related_name="listed_rates"
    )
    system = models.CharField(_("system"), max_length=10, choices=OperatingSystem)
    offer = models.CharField(_("offer"), max_length=20, choices=RateOffer)
    years = models.PositiveSmallIntegerField(_("years"), default=0)
    upfront = models.CharField(_("paid upfront"), max_length=10, choices=Upfront, default=Upfront.NONE)
    upfront_usd = models.DecimalField(
        _("USD upfront"), max_digits=14, decimal_places=4, default=Decimal(0), validators=UPFRONT_RANGE
    )
    usd_per_hour = models.DecimalField(_("USD per hour"), max_digits=14, decimal_places=8, validators=RATE_RANGE)
    sku = models.CharField(_("SKU"), max_length=40)

    class Meta:
        verbose_name = _("listed rate")
        verbose_name_plural = _("listed rates")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "instance_type", "system", "offer", "years", "upfront"], name="one_listed_rate_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instance_type_id} · {self.region_id} · {self.offer} {self.years}"


class CatalogRefresh(models.Model):
    """A table of a region that was last read from the cloud itself. `load_catalog` leaves it as it is from then on;
    without this row it brings the committed figures back.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="refreshes")
    table = models.CharField(_("table"), max_length=10, choices=CatalogTable)
    source = models.CharField(_("source"), max_length=300)
    source_date = models.CharField(_("date of source"), max_length=10, validators=[check_source_date])
    refreshed_at = models.DateTimeField(_("refreshed"), auto_now=True)

    class Meta:
        verbose_name = _("refreshed table")
        verbose_name_plural = _("refreshed tables")
        constraints = [models.UniqueConstraint(fields=["region", "table"], name="one_refresh_per_region_and_table")]

    def __str__(self) -> str:
        return f"{self.region_id} · {self.table}"
