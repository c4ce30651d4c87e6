"""Servers that can be bought."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosts.choices import FormFactor
from hosts.models.validators import check_watts
from virtlab.labs.choices import FigureKind
from virtlab.labs.validators import check_source_date

# Between maker and model and the processor, where an inventory reports both.
PARTED = " · "


def model_text(model: str, reported: str, *, is_own: bool) -> str:
    """What a host is called by: its model, or the one reported and the model whose power curve stands in for it."""
    stated = reported.partition(PARTED)[0]
    if is_own or not stated:
        return model
    return gettext("%(stated)s (power as %(model)s)") % {"stated": stated, "model": model}


class ServerModel(models.Model):
    """A server one can buy, with its measured power curve (watts at idle, 10 … 100 %, or at idle and full)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    vendor = models.CharField(_("vendor"), max_length=40)
    form_factor = models.CharField(_("form factor"), max_length=10, choices=FormFactor, default=FormFactor.RACK)
    rack_units = models.PositiveSmallIntegerField(_("rack units"), default=2)
    cpu = models.CharField(_("CPU"), max_length=80)
    sockets = models.PositiveSmallIntegerField(_("sockets"), default=2)
    cores = models.PositiveSmallIntegerField(_("cores"), validators=[MinValueValidator(1), MaxValueValidator(2048)])
    threads_per_core = models.PositiveSmallIntegerField(_("threads per core"), default=2)
    memory_gib = models.FloatField(
        _("memory as measured (GiB)"), validators=[MinValueValidator(0.5), MaxValueValidator(65_536)]
    )
    watts = models.JSONField(
        _("watts by load"),
        validators=[check_watts],
        help_text=_("Eleven figures from idle to 100 %, or two: idle and full."),
    )
    price_usd = models.DecimalField(
        _("price (USD)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("An assumption of yours: no open price list exists. Empty means the general assumption."),
    )
    published = models.CharField(_("published"), max_length=10, validators=[check_source_date])
    source = models.CharField(_("source"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=FigureKind, default=FigureKind.LIST)
    # Set by the admin console: `load_server_models` leaves such rows as they are.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("server model")
        verbose_name_plural = _("server models")
        ordering = ["published", "name"]

    def __str__(self) -> str:
        return self.name
