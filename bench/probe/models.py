"""What the probe's jobs change, and a mark for every effect that happened."""

from typing import ClassVar

from django.db import models

from virtlab.labs.models import Lab


class Probe(models.Model):
    """A counter that each step raises by one."""

    objects: ClassVar["models.Manager[Probe]"] = models.Manager()

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """One effect happened. Nothing keeps a second one out: that is what is looked for."""

    objects: ClassVar["models.Manager[Mark]"] = models.Manager()

    job_id = models.BigIntegerField()
    position = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position}"
