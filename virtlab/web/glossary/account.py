"""The account: networks, access, limits, and who answers for what."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

ACCOUNT = (
    Term(
        "network",
        _("Network (VLAN, overlay)"),
        _("What virtual machines are connected to: a VLAN on the switches, or an overlay that is made of software."),
        vsphere="Port group",
        hyperv="Virtual switch",
        kvm="Virtual network, bridge",
        aws="VPC, subnet",
    ),
    Term(
        "vpc",
        _("VPC"),
        _("A private network of one's own in a region of the cloud."),
        vsphere="NSX VPC",
        hyperv="Virtual network (SDN)",
        kvm="Project network (OpenStack)",
        aws="VPC (Virtual Private Cloud)",
    ),
    Term(
        "subnet",
        _("Subnet"),
        _("A range of a network's addresses; in the cloud it lies in one availability zone."),
        vsphere="NSX VPC subnet",
        hyperv="VM subnet (VMM)",
        kvm="Subnet (OpenStack)",
        aws="Subnet",
    ),
    Term(
        "security_group",
        _("Security group"),
        _("A firewall of single instances: it says which connections may come in and go out."),
        vsphere="Distributed firewall (NSX)",
        hyperv="Port ACL",
        kvm="Security group (OpenStack), network filter (nwfilter)",
        aws="Security group",
    ),
    Term(
        "elastic_ip",
        _("Elastic IP"),
        _("A public address that stays the account's own, also while the instance is stopped."),
        vsphere="External IP (NSX VPC)",
        hyperv="Public IP address (SDN)",
        kvm="Floating IP (OpenStack)",
        aws="Elastic IP address",
    ),
    Term(
        "load_balancer",
        _("Load balancer"),
        _("Takes connections in and spreads them over several VMs that are well."),
        vsphere="NSX Advanced Load Balancer (Avi)",
        hyperv="Software Load Balancer (SDN)",
        kvm="Load balancer (OpenStack Octavia)",
        aws="Elastic Load Balancing",
    ),
    Term(
        "key_pair",
        _("Key pair"),
        _("Two keys that open an instance without a password: the cloud puts one there, its owner keeps the other."),
        kvm="Key pair (OpenStack)",
        aws="Key pair",
    ),
    Term(
        "quota",
        _("Quota"),
        _("The most of something that an account may have in a region until it asks for more."),
        hyperv="Quota (VMM)",
        kvm="Quota (OpenStack)",
        aws="Service quota",
    ),
    Term(
        "shared_responsibility",
        _("Shared responsibility"),
        _("The line between what the cloud looks after and what remains its customer's work."),
        aws="Shared responsibility model",
    ),
)
