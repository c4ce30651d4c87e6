"""Guests that are off, or are copied while they are: only some hypervisors copy one whole that runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from hosts.choices import PowerState
from hosts.models import VirtualMachine
from tests.support.sandbox import Sandbox


def shut_down(*guests: VirtualMachine) -> None:
    """They are off at once: no job does it, and no lab time passes."""
    for vm in guests:
        vm.power_state = PowerState.STOPPED
        vm.save(update_fields=["power_state"])


@contextmanager
def off(*guests: VirtualMachine) -> Iterator[None]:
    """They are off for a while, and run again afterwards."""
    shut_down(*guests)
    yield
    for vm in guests:
        vm.power_state = PowerState.RUNNING
        vm.save(update_fields=["power_state"])


def save_template(estate: Sandbox, vm: VirtualMachine, name: str = "base") -> None:
    """A template is copied from a guest that is off for as long as that takes, and runs again afterwards."""
    with off(vm):
        estate.run("template.save", vm, name=name, how="copy")
