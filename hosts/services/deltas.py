"""Deltas where their datastore is full: they grow no more, and go on from where they stood."""

from datetime import datetime

from hosts.choices import PowerState
from hosts.live.disks import running_delta_gib
from hosts.live.space import TO_DELTAS, delta_share_per_day, full_since
from hosts.models import Datastore, VirtualMachine


def keep_stalled(datastore: Datastore | None, lab_at: datetime) -> None:
    """Writes down how large the deltas on a datastore are that is full, before something makes room on it: what they
    could not write in the meantime does not come at once then.
    """
    if datastore is None or (since := full_since(datastore, lab_at)) is None:
        return
    share = delta_share_per_day(datastore.lab)
    growing = VirtualMachine.objects.filter(TO_DELTAS, datastore=datastore)
    stalled = list(growing.filter(power_state=PowerState.RUNNING))
    for vm in stalled:
        vm.delta_gib, vm.delta_lab_at = running_delta_gib(vm, since, share), lab_at
    VirtualMachine.objects.bulk_update(stalled, ["delta_gib", "delta_lab_at"])
