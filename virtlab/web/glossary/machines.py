"""Computers, real and virtual."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

MACHINES = (
    Term(
        "vm",
        _("VM (virtual machine)"),
        _("A computer made of software: it has vCPU, memory and disks, and an operating system of its own."),
        vsphere="Virtual machine",
        hyperv="Virtual machine",
        kvm="Domain",
        aws="Instance",
    ),
    Term(
        "host",
        _("Host"),
        _("The physical computer that virtual machines run on."),
        vsphere="ESXi host",
        hyperv="Hyper-V host",
        kvm="Host, node",
        aws="Dedicated Host",
    ),
    Term(
        "server_model",
        _("Server model"),
        _("The make and type of a host, with its sockets, cores, memory, watts and price."),
    ),
    Term(
        "hypervisor",
        _("Hypervisor"),
        _("The software that shares one host among several virtual machines."),
        vsphere="ESXi",
        hyperv="Hyper-V",
        kvm="KVM, QEMU",
        aws="Nitro Hypervisor",
    ),
    Term(
        "guest",
        _("Guest"),
        _("A virtual machine as its hypervisor sees it, or the operating system in it."),
        vsphere="Guest OS",
        hyperv="Guest operating system",
        kvm="Guest",
        aws="Guest operating system",
    ),
    Term(
        "vcpu",
        _("vCPU"),
        _("A processor as a virtual machine sees it; the hypervisor gives it time on a thread of a real core."),
        vsphere="vCPU",
        hyperv="Virtual processor",
        kvm="vCPU",
        aws="vCPU",
    ),
    Term(
        "bare_metal",
        _("Bare metal"),
        _("A server whose operating system runs on the hardware itself, without a hypervisor below."),
        kvm="Bare metal instance (OpenStack)",
        aws="Bare metal instance (.metal)",
    ),
    Term(
        "nitro",
        _("Nitro"),
        _("The hypervisor and cards of AWS: cards do network and disks, so that instances get nearly all of a server."),
        aws="AWS Nitro System",
    ),
    Term(
        "xen",
        _("Xen"),
        _("A hypervisor under which one control domain does the network and the disks of all virtual machines."),
        aws="Xen-based instances",
    ),
    Term(
        "rack",
        _("Rack"),
        _("The frame that servers are mounted in; its height is counted in units (U)."),
        hyperv="Rack (fault domain)",
    ),
    Term(
        "site",
        _("Site"),
        _("A place with racks, power and a network of its own."),
        vsphere="Data center",
        hyperv="Site (fault domain)",
    ),
    Term(
        "cluster",
        _("Cluster"),
        _("Hosts that share datastores and stand in for one another."),
        vsphere="Cluster",
        hyperv="Failover cluster",
    ),
)
