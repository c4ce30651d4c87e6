"""The import's real work: reading a file, and writing a large one into its lab."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hosts.inventory import services
from hosts.inventory.refusals import REFUSALS, RefusedError
from virtlab.jobs.effects import StepFailed
from virtlab.jobs.work import Finish, Work, work


@work(services.READ)
def read(job: Work, params: dict[str, Any]) -> Finish | None:
    """Reads an uploaded file; what was understood is kept together with the job's success."""
    pk = int(params["import"])
    try:
        reading = services.read_staged(pk, lambda share: job.report(share, _("Reading the file")))
    except RefusedError as error:
        services.refuse(pk, error)
        raise StepFailed(REFUSALS[error.code], **error.params) from error
    if reading is None:
        raise StepFailed(REFUSALS["vanished"])
    return lambda: services.keep(pk, reading)


@work(services.WRITE)
def write(job: Work, params: dict[str, Any]) -> Finish | None:
    """Writes an accepted import into its lab, all of it or nothing."""
    job.report(0.1, _("Writing clusters, hosts, machines and traces"))
    return lambda: services.write_staged(int(params["import"]))
