"""The figures that Prometheus reads at /metrics, counted in the database when it asks: every process says the same."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from virtlab.jobs.monitoring import figures


class JobsCollector(Collector):
    """Jobs by state, throughput, delay, queue and workers."""

    def collect(self) -> Iterator[Metric]:
        """Reads everything anew."""
        now = timezone.now()
        jobs = GaugeMetricFamily("virtlab_jobs", "Jobs by state", labels=["state"])
        for state, count in figures.jobs_by_state().items():
            jobs.add_metric([state], count)
        yield jobs
        yield gauge("virtlab_steps_last_minute", "Steps ended", figures.steps_since(now - timedelta(minutes=1)))
        yield gauge("virtlab_overdue_seconds", "Delay of the most overdue lab", figures.most_overdue_s(now))
        yield gauge("virtlab_step_late_seconds_max", "Largest delay of a step, last hour", figures.late_s(now))
        yield gauge("virtlab_jobs_stuck", "Jobs that should have moved on", len(figures.stuck_jobs(now)))
        yield from redis_figures()


def redis_figures() -> Iterator[Metric]:
    """What Redis knows; without it only that it is not there."""
    waiting, workers = figures.messages_waiting(), figures.workers()
    yield gauge("virtlab_redis_up", "Whether Redis answers", int(waiting is not None))
    if waiting is not None:
        yield gauge("virtlab_messages_waiting", "Messages no worker has taken", waiting)
    if workers is not None:
        yield gauge("virtlab_workers_alive", "Worker nodes", sum(worker.is_alive for worker in workers))


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """One figure without labels."""
    return GaugeMetricFamily(name, text, value=value)


REGISTRY = CollectorRegistry()
REGISTRY.register(JobsCollector())
ProcessCollector(registry=REGISTRY)
