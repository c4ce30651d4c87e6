"""Everything that may die dies, again and again, while jobs run: `python -m bench.support.chaos JOBS DATABASE [SEED]`,
with `sqlite` or `postgres` as DATABASE.
Prints one JSON object with what became of the jobs. The same run is a test (few jobs) and a bench (many).
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import redis
from django.db import Error as DatabaseError

from bench.support.stack import Stack, stack
from virtlab.platform import services
from virtlab.platform.listen import listen

BLOW_EVERY_S = 1.5
END_WITHIN_S = 420
LOOK_EVERY_S = 0.25


@dataclass
class Chaos:
    """One run: blows, and invariants looked at between them."""

    running: Stack
    dice: random.Random
    blows: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    checks: int = 0
    calm: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def strike(self) -> None:
        """One blow, chosen at random."""
        blows: dict[str, Callable[[], None]] = {
            "kill worker1": lambda: self.kill("worker1"),
            "kill worker2": lambda: self.kill("worker2"),
            "kill beat": lambda: self.kill("beat"),
            "kill web": lambda: self.kill("web"),
            "kill redis": lambda: self.kill("redis"),
            "flush redis": self.flush,
        }
        if self.running.postgres:
            blows["restart postgres"] = self.restart_postgres
        name = self.dice.choice(sorted(blows))
        blows[name]()
        self.blows[name] += 1

    def kill(self, name: str) -> None:
        """SIGKILL to a service and all its children, then it is started again."""
        os.killpg(self.running.child(name).process.pid, signal.SIGKILL)

    def flush(self) -> None:
        """Redis forgets everything."""
        try:
            with redis.Redis.from_url(self.running.environment["REDIS_URL"], socket_timeout=2) as client:
                client.flushall()
        except redis.RedisError:
            return  # it is dead at the moment: it will have forgotten anyway

    def restart_postgres(self) -> None:
        """PostgreSQL ends as in a crash and comes back."""
        assert self.running.postgres
        self.running.postgres.restart("immediate")

    def rage(self) -> None:
        """Strikes at a rhythm until it is told to be calm, and starts again whatever died until all is over."""
        next_blow = time.monotonic() + 5 * BLOW_EVERY_S
        while not self.over.wait(LOOK_EVERY_S):
            # Services die early here on purpose: that is no reason to give them up.
            self.running.supervisor.early_deaths.clear()
            self.running.supervisor.look_after()
            if time.monotonic() > next_blow and not self.calm.is_set():
                next_blow = time.monotonic() + BLOW_EVERY_S * self.dice.uniform(0.5, 1.5)
                self.strike()

    def check(self) -> None:
        """The invariants, as one looks at them from outside; a database that is away is asked again later."""
        from bench.support import chaos_load as load

        try:
            self.broken += load.violations()
            self.checks += 1
        except DatabaseError:
            load.forget_connection()


def run(jobs: int, database: str, seed: int) -> dict[str, object]:
    """Starts the jobs under blows, waits for their end, and says what became of them."""
    os.environ["BENCH_DOUBLED"] = "0.2"
    with stack(database) as running, listen({"VIRTLAB_PORT": "0"}) as listener:
        from bench.support import chaos_load as load

        running.environment["BENCH_DOUBLED"] = "0.2"
        running.environment["VIRTLAB_WORKS_AT_ONCE"] = "1"
        for service in (services.worker(1, 1), services.worker(2, 1), services.beat(running.var_dir)):
            running.start(service)
        running.start(services.web(listener.fileno()))
        chaos = Chaos(running, random.Random(seed))
        rage = threading.Thread(target=chaos.rage)
        estate = load.Load(jobs, random.Random(seed))
        rage.start()
        begun = time.monotonic()
        try:
            for _job in estate.start_all():
                chaos.check()
            started_s = time.monotonic() - begun
            calm_at = time.monotonic() + max(10, 0.3 * started_s)
            deadline = time.monotonic() + END_WITHIN_S
            while estate.active() and time.monotonic() < deadline:
                chaos.check()
                time.sleep(0.5)
                if time.monotonic() > calm_at:
                    chaos.calm.set()
        finally:
            chaos.over.set()
            rage.join()
        chaos.check()
        took_s = round(time.monotonic() - begun, 1)
        if estate.active():
            tell_logs(chaos.running)
        facts = {"blows": dict(chaos.blows), "checks": chaos.checks, "broken": chaos.broken[:10], "took_s": took_s}
        return {**facts, **estate.outcome()}


def tell_logs(running: Stack) -> None:
    """What the services said last, where something went wrong."""
    for child in running.supervisor.children:
        print(f"----- {child.service.name}\n{child.last_words(30)}", file=sys.stderr)


if __name__ == "__main__":
    seed_given = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    print(json.dumps(run(int(sys.argv[1]), sys.argv[2], seed_given)))
