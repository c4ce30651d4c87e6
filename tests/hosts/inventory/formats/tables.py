"""Small tables of every kind, as their makers document them, and their reading."""

from pathlib import Path

from hosts.inventory.formats.matching import Matching
from hosts.inventory.reading import Reading, read_files
from hosts.inventory.uploads import Upload

AWS_HUB = """ExternalId,SMBiosId,IPAddress,MACAddress,HostName,VMware.MoRefId,VMware.VCenterId,CPU.NumberOfProcessors,\
CPU.NumberOfCores,CPU.NumberOfLogicalCores,OS.Name,OS.Version,VMware.VMName,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,\
RAM.UsedSizeInMB.Max,CPU.UsagePct.Avg,CPU.UsagePct.Max,DiskReadsOpsPerSecond.Max,DiskWritesOpsPerSecond.Max,\
Applications,ApplicationWave,Tags,ServerId
srv-1,,10.70.0.1,,pay-app01,vm-1001,vc01,2,8,16,Red Hat Enterprise Linux,9.2,pay-app01,32768,12000,20480,15,60,300,\
200,"Payments,Ledger",Wave 2,"owner:finance, tier:1",
srv-2,,10.70.0.2,,,,,1,2,2,Windows Server 2016,,,8192,,,,,,,,,,
srv-3,,,,clone,,,2,,,,,,4096,,,,,,,,,,
srv-4,,,,clone,,,2,,,,,,4096,,,,,,,,,,
"""
NUTANIX = """VM Name,Host,IP Addresses,Cores,Memory Capacity,Storage,CPU Usage,Memory Usage,Controller Read IOPS,\
Controller Write IOPS,Controller IO Bandwidth,Power State,Cluster,Categories
erp-app02,ahv-node-3,"10.3.0.30, 10.3.0.31",4,16 GiB,61.2 GiB / 127 GiB,12.5%,40%,20,30,4 MBps,On,prod-cl1,\
"App: ERP, Environment: Production"
"""
HYPER_V = """"Name","State","CPUUsage","MemoryAssigned","MemoryStartup","MemoryDemand","ProcessorCount",\
"ComputerName","VMId"
"dc01","Running","3","8589934592","4294967296","4294967296","4","hv-01","1111"
"old01","Saved","0","0","2147483648","0","2","hv-01","2222"
"""
PROXMOX = """id,type,name,node,status,maxcpu,cpu,maxmem,mem,maxdisk,disk,template,vmid,tags
qemu/100,qemu,web,pve1,running,4,0.0506,8589934592,4294967296,34359738368,0,0,100,prod;web
qemu/900,qemu,golden,pve1,stopped,1,0,536870912,0,8589934592,0,1,900,
node/pve1,node,,pve1,online,32,0.1,137438953472,3000000000,100000000,1,,,
"""
EVALUATOR = """Server Name,CPU Cores,Memory (MB),Provisioned Storage (GB),Operating System,Is Virtual?,Hypervisor Name,\
Cpu String,Environment,SQL Edition,Application,Cpu Utilization Peak (%),Memory Utilization Peak (%),Time In-Use (%),\
Annual Cost (USD),Storage Type
Apache01,4,4096,500,Windows Server 2012 R2,Yes,Host-1,Intel Xeon E7-8893 v4 @ 3.2GHz,Production,\
SQL Server 2012 Enterprise,Service Now,0.60,95%,1.00,3400,HDD
"""
EC2 = """ServerId,Server.ExternalId,Server.HostName,Server.VMware.VMname,Recommendation.EC2.Remarks,Server.OS.Name,\
Server.OS.Version,Server.CPU.NumberOfProcessors,Server.CPU.NumberOfCores,Server.CPU.NumberOfLogicalCores,\
Recommendation.EC2.RequestedCPU.UsagePct,Recommendation.EC2.RequestedvCPU,Server.RAM.TotalSizeInMB,\
Recommendation.EC2.RequestedRAM.UsagePct,Recommendation.EC2.RequestedRAMinMB,Recommendation.EC2.Instance.Model,\
UserPreference.Recommendation.CPUSizing,UserPreference.Recommendation.RAMSizing
d-1,e1,app.corp,APP01,,Linux,7,2,4,8,35,3,16384,60,9830,m5.xlarge,Average utilization,Maximum utilization
"""
VM_INFO = """MachineId,MachineName,PrimaryIPAddress(optional),TotalDiskAllocatedGiB,TotalDiskUsedGiB,\
AllocatedProcessorCoreCount,MemoryGiB,OsName,MachineStatus(optional)
m-1,shop,10.0.0.1,,,4,16,Ubuntu 22.04,VM running
m-2,db,,100,60,8,64,Windows Server 2019,VM deallocated
"""
DISK_INFO = """MachineId,DiskLabel,SizeInGib,UsedInGib,StorageTypeLabel
m-1,a,100,20,x
m-1,b,50,10,x
"""
PERF_INFO = """MachineId,TimeStamp,CpuUtilizationPercentage,MemoryUtilizationPercentage(optional),AvailableMemoryBytes
m-1,2026-01-01 00:00,10,30,1
m-1,2026-01-01 00:05,50,40,1
"""
MGN = """mgn:account-id,mgn:wave:name,mgn:app:name,mgn:server:user-provided-id,mgn:server:platform,\
mgn:server:fqdn-for-action-framework
,Wave 3,Payments,other-id,LINUX,shop.corp.example
"""
UNKNOWN = """Serveur,Nb coeurs,RAM,Espace
alpha,4,16,100
beta,2,8,50
"""


def read(folder: Path, **tables: str) -> Reading:
    """What is read of tables that are uploaded together, each called by its keyword and .csv."""
    return read_as_said(folder, {}, **tables)


def read_as_said(folder: Path, matchings: dict[str, Matching], **tables: str) -> Reading:
    """The same with the columns that a user named, by header."""
    uploads = []
    for name, text in tables.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        uploads.append(Upload(path, path.name))
    return read_files(uploads, matchings=matchings)
