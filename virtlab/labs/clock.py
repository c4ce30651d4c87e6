"""The lab clock: a line from real time to lab time that can be paused, sped up and moved forward.

Whoever depends on the clock (the jobs) listens to `clock_changed`, inside the transaction of the change.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from virtlab.labs.models import Lab

PAUSED = 0.0
SPEEDS = (PAUSED, 1.0, 10.0, 60.0, 600.0)
CLOCK_FIELDS = ["clock_real_at", "clock_lab_at", "clock_speed"]

# Sent with `lab` (locked, its clock already set) when a lab's clock changed.
clock_changed = Signal()


class ClockError(ValueError):
    """A change of the clock that makes no sense; the message says why."""


def locked_lab(lab_id: int, *, skip_locked: bool = False) -> Lab | None:
    """The lab's row, locked until the transaction ends: whoever moves time or VMs of a lab holds it.

    None where the lab is gone or, with skip_locked, where somebody else holds it. SQLite has no row locks: there
    every transaction is IMMEDIATE and holds them all.
    """
    return Lab.objects.select_for_update(skip_locked=skip_locked, no_key=True).filter(pk=lab_id).first()


def set_speed(lab_id: int, speed: float) -> Lab:
    """Lets the lab's time run `speed` times real time from now on (0 pauses it).

    Raises ClockError for a speed that is not offered, Lab.DoesNotExist where the lab is gone.
    """
    if speed not in SPEEDS:
        raise ClockError(f"The lab clock knows no speed {speed:g}.")
    return _change(lab_id, speed=speed)


def move_forward(lab_id: int, to_lab_at: datetime) -> Lab:
    """Sets the lab's time to a later moment at once; the speed stays. An earlier moment changes nothing."""
    return _change(lab_id, not_before=to_lab_at)


def real_time(lab: Lab, lab_at: datetime, now: datetime | None = None) -> datetime | None:
    """The real moment at which the lab's clock shows `lab_at`: `now` where that has passed, None while it stands."""
    now = now or timezone.now()
    ahead_s = (lab_at - lab.lab_time(now)).total_seconds()
    if ahead_s <= 0:
        return now
    if lab.clock_speed == PAUSED:
        return None
    return now + timedelta(seconds=ahead_s / lab.clock_speed)


def passed_s(lab: Lab, lab_at: datetime, now: datetime) -> float:
    """Real seconds since the lab's clock showed `lab_at`, at most since it was last set; 0 where that is to come."""
    since_set_s = (now - lab.clock_real_at).total_seconds()
    if lab.clock_speed == PAUSED:
        return max(since_set_s, 0.0)
    behind_s = (lab.lab_time(now) - lab_at).total_seconds() / lab.clock_speed
    return max(min(behind_s, since_set_s), 0.0)


@transaction.atomic
def _change(lab_id: int, *, speed: float | None = None, not_before: datetime | None = None) -> Lab:
    lab = locked_lab(lab_id)
    if lab is None:
        raise Lab.DoesNotExist
    now = timezone.now()
    shown = lab.lab_time(now)
    lab.clock_lab_at = max(shown, not_before) if not_before else shown
    lab.clock_real_at = now
    lab.clock_speed = lab.clock_speed if speed is None else speed
    lab.save(update_fields=CLOCK_FIELDS)
    clock_changed.send(sender=Lab, lab=lab)
    return lab
