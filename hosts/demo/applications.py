"""What the demo estate's VMs are for, as estate.csv names it: listed here because the extractor reads no CSV."""

from django.utils.translation import gettext, gettext_noop

NAMES = (
    gettext_noop("Backup server"),
    gettext_noop("CI runner"),
    gettext_noop("Development"),
    gettext_noop("Digital signage"),
    gettext_noop("Directory and DNS"),
    gettext_noop("ERP (staging)"),
    gettext_noop("ERP application"),
    gettext_noop("ERP of 2015"),
    gettext_noop("File exchange"),
    gettext_noop("File server"),
    gettext_noop("Git server"),
    gettext_noop("Human resources"),
    gettext_noop("Image thumbnails"),
    gettext_noop("Intranet"),
    gettext_noop("Invoice PDFs"),
    gettext_noop("Licence server"),
    gettext_noop("Load balancer"),
    gettext_noop("Log store"),
    gettext_noop("Mail relay and filter"),
    gettext_noop("Mail store"),
    gettext_noop("Monitoring"),
    gettext_noop("Name server"),
    gettext_noop("Nightly billing"),
    gettext_noop("Notifications"),
    gettext_noop("Old point of sale"),
    gettext_noop("Order API"),
    gettext_noop("Order webhooks"),
    gettext_noop("PostgreSQL (ERP)"),
    gettext_noop("PostgreSQL (replica)"),
    gettext_noop("PostgreSQL (staging)"),
    gettext_noop("Print server"),
    gettext_noop("Proxy"),
    gettext_noop("Records kept for audits"),
    gettext_noop("Reporting"),
    gettext_noop("SQL Server (CRM)"),
    gettext_noop("Scan to mail"),
    gettext_noop("Shop (staging)"),
    gettext_noop("Stock exchange of data"),
    gettext_noop("Team chat"),
    gettext_noop("Test"),
    gettext_noop("Time clocks"),
    gettext_noop("VPN gateway"),
    gettext_noop("Web shop"),
    gettext_noop("Wiki of 2017"),
)
"""Names like Redis, which are the same everywhere, are left out."""


def named(application: str) -> str:
    """An application of the file in the language in force: a lab keeps the words of whoever opened it."""
    return gettext(application) if application in NAMES else application
