"""What it costs, in money, work and carbon."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from virtlab.web.glossary.term import Term

MONEY = (
    Term(
        "purchase_option",
        _("Purchase option"),
        _("How the hours of an instance are paid: as they come, or cheaper for a promise of one or three years."),
        aws="Purchasing option",
    ),
    Term(
        "on_demand",
        _("On-Demand"),
        _("Paid for the time that it runs, without any promise."),
        aws="On-Demand Instance",
    ),
    Term(
        "savings_plan",
        _("Savings Plan, Reserved Instance"),
        _("A promise to pay for one or three years, in return for a lower price."),
        aws="Savings Plans, Reserved Instances",
    ),
    Term(
        "administration",
        pgettext_lazy("glossary", "Administration"),
        _("The work of people on servers and virtual machines: hours a month, times what an hour costs."),
    ),
    Term(
        "pue",
        _("PUE (power usage effectiveness)"),
        _("The power of a whole data centre divided by the power of the computers in it: 1 would be no loss."),
    ),
    Term(
        "carbon_intensity",
        _("Carbon intensity"),
        _("Grams of CO₂ equivalent that a kilowatt-hour of a place's electricity stands for."),
    ),
    Term(
        "embodied_carbon",
        _("Embodied carbon"),
        _("CO₂ equivalent of making a thing, spread over the time that it is used; the carbon of use comes on top."),
    ),
    Term(
        "assumption",
        _("Assumption"),
        _("A figure that is set, not measured: everybody may change it, and its source and date stand beside it."),
    ),
    Term(
        "alternative",
        _("Alternative"),
        _("One way to run the same work, such as on fewer servers or in the cloud; a report prices them side by side."),
    ),
)
