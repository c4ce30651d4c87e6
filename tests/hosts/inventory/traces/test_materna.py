"""Raw files of the archive's trace GWA-T-13 (Materna): all its columns, one file a VM, several months a zip."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.hosts.inventory.files import archive
from tests.hosts.inventory.traces.made import reading_of, traces_of

HEAD = (
    '"Timestamp";"CPU cores";"CPU capacity provisioned [MHZ]";"CPU usage [MHZ]";"CPU usage [%]";'
    '"Memory capacity provisioned [KB]";"Memory usage [KB]";"Memory usage [%]";"Disk read throughput [KB/s]";'
    '"Disk write throughput [KB/s]";"Disk size [GB]";"Network received throughput [KB/s]";'
    '"Network transmitted throughput [KB/s]"'
)


def raw(rows: int, mhz: float, quote: str = '"') -> str:
    """A file: five-minute samples from 4 November 2015 on, decimal commas, the day first."""
    lines = [HEAD.replace('"', quote)]
    for n in range(rows):
        moment = f"{4 + n // 288:02}.11.2015 {n // 12 % 24:02}:{n % 12 * 5:02}:00"
        cells = [moment, "2", "5200", f"{mhz:.0f}", f"{mhz / 52:.2f}".replace(".", ","), "2097152", "524288", "25,00"]
        cells += ["0", "13", "40", "0,5", "1"]
        lines.append(";".join(f"{quote}{cell}{quote}" for cell in cells))
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_it_reads_files_of_all_columns(tmp_path: Path, quote: str, mark: str) -> None:
    files = {
        f"GWA-T-13_Materna/Trace 1/{name}.csv": mark + raw(600, mhz, quote) for name, mhz in (("01", 1300), ("2", 2600))
    }
    reading = reading_of(archive(tmp_path / "Materna-Trace-1.zip", files))
    found = traces_of(reading)
    assert found.names == ["01", "2"]
    assert found.cpu_unit == "share"
    assert np.nanmean(found.cpu, axis=1).tolist() == pytest.approx([0.25, 0.5], abs=1e-4)
    assert found.memory is not None
    assert np.nanmax(found.memory, axis=1).tolist() == pytest.approx(
        [0.5, 0.5] if found.memory_unit == "gib" else [0.25, 0.25]
    )
    assert (found.vcpu.tolist(), found.memory_mib.tolist()) == ([2, 2], [2048.0, 2048.0])
    assert datetime.fromtimestamp(found.start_s, UTC) == datetime(2015, 11, 4, tzinfo=UTC)
    assert found.cpu.shape == (2, 600), "the first of two numbers is the day, though both could be a month"
    assert found.coverage.tolist() == [1.0, 1.0]
    assert [(vm.name, vm.vcpu, vm.memory_mib) for vm in reading.inventory.vms] == [
        ("vm-01", 2, 2048),
        ("vm-2", 2, 2048),
    ]
