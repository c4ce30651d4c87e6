"""An operation that is asked for many objects at once takes as many queries for many as for few, where half of them
can start and half cannot: the look at it, and the start.
"""

from collections.abc import Callable, Sequence

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from hosts.models import Datastore, Host
from tests.operations.case import operation_of
from tests.operations.cases import CASES
from tests.operations.many.twins import twins
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.operations.state import StateOperation
from virtlab.jobs.requests.bulk import Bulk
from virtlab.jobs.requests.start import start_all
from virtlab.jobs.text import say
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db
FEW, MANY = 4, 12
PER_OBJECT = {
    # A form of each object that asks what this one may choose.
    "address.associate": 1,
    "instance.change_type": 1,
    "instance.resize": 1,
    "instance.set_placement_group": 1,
    "vm.move": 1,
    # Names that each has to have for itself.
    "template.deploy": 3,
    "template.deploy_copy": 5,
    "template.save": 2,
    "vm.clone": 2,
    "vm.rename": 2,
    # No list offers these for many; each reads what is its own.
    "backup.delete": 1,
    "backup.restore": 16,
    "cluster.change_hypervisor": 22,
    "cluster.settings": 5,
    "datastore.grow": 4,
    "fault.end": 5,
    "instance.right_size": 3,
    "scene.failed_update": 46,
    "snapshot.delete": 6,
    "snapshot.delete_all": 21,
    "snapshot.revert": 14,
    "vm.restore": 8,
}
"""Queries that each object takes of its own, at most."""
OF_ONE = {
    "address.associate",
    "backup.restore",
    "template.deploy",
    "template.deploy_copy",
    "template.save",
    "vm.clone",
    "vm.rename",
}
"""What only one of many objects can be asked for with the same parameters: one name, one instance."""
OF_AN_OBJECT = sorted({operation_of(name) for name in CASES if operation_named(operation_of(name)).subject_model})


def asked(work: Callable[[], object]) -> int:
    """How many queries it takes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def keep_back(lab: Lab, operation: type[Operation], subjects: Sequence[models.Model]) -> None:
    """Lets it start for none of these: they are in another state, or another job holds them."""
    rows = operation.subjects(lab).model._default_manager.filter(pk__in=[subject.pk for subject in subjects])
    if issubclass(operation, StateOperation):
        other = next(state for state in operation.states if state not in operation.from_states)
        rows.update(**{operation.state_column: other})
        return
    job = Job.objects.create(lab=lab, operation="vm.stop", title_kept=say("Something else").as_json(), state="running")
    kind = ContentType.objects.get_for_model(rows.model)
    JobSubject.objects.bulk_create(
        JobSubject(job=job, content_type=kind, object_id=subject.pk, name=str(subject), held=True, exclusive=True)
        for subject in subjects
    )


@pytest.mark.parametrize("name", OF_AN_OBJECT)
def test_it_asks_no_more_for_more_objects(catalog: None, name: str) -> None:
    case, operation = CASES[name](), operation_named(name)
    assert case.subject
    Host.objects.update(memory_mib=4096 * GIB, cores=1024)
    Datastore.objects.update(capacity_gib=1e6)
    params = {**case.params, **({"capacity_gib": 2e6} if "capacity_gib" in case.params else {})}
    lab, every = case.box.lab, twins(case.subject, 2 * (FEW + MANY))
    able, unable = every[::2], every[1::2]
    keep_back(lab, operation, unable)

    def bulk(first: int, count: int) -> Bulk:
        places = slice(first // 2, (first + count) // 2)
        keys = [subject.pk for subject in (*able[places], *unable[places])]
        return Bulk(lab, operation, list(operation.subjects(lab).filter(pk__in=keys)), params, TESTER)

    bulk(0, FEW).look()  # fills the caches
    looked = [asked(bulk(0, count).look) for count in (FEW, MANY)]
    few, many = bulk(0, FEW).requests(), bulk(FEW, MANY).requests()
    started = [asked(lambda: start_all(lab, few, "few")), asked(lambda: start_all(lab, many, "many"))]
    assert Job.objects.filter(batch="few").count() >= (1 if name in OF_ONE else FEW // 2)
    assert name in OF_ONE or Job.objects.filter(batch="many").count() >= MANY // 2
    most = PER_OBJECT.get(name, 0) * (MANY - FEW)
    assert looked[1] <= looked[0] + most, looked
    assert started[1] <= started[0] + most, started
