"""The cloud's places and what one rents there."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

CLOUD = (
    Term(
        "region",
        _("Region"),
        _("A part of the world in which the cloud has data centres; prices and offers differ between regions."),
        kvm="Region (OpenStack)",
        aws="Region",
    ),
    Term(
        "availability_zone",
        _("Availability zone"),
        _("One or more data centres of a region with power and network of their own, so that zones fail separately."),
        vsphere="vSphere Zone",
        kvm="Availability zone (OpenStack)",
        aws="Availability Zone",
    ),
    Term(
        "instance",
        _("Instance"),
        _("A virtual machine that one rents in the cloud and pays for while it runs."),
        vsphere="Virtual machine",
        hyperv="Virtual machine",
        kvm="Domain",
        aws="Instance",
    ),
    Term(
        "instance_type",
        _("Instance type"),
        _("A fixed set of vCPU, memory, network and disk bandwidth at one price, such as m7g.large."),
        vsphere="VM class (VM Service)",
        hyperv="Hardware profile (VMM)",
        kvm="Flavor (OpenStack)",
        aws="Instance type",
    ),
    Term(
        "family",
        _("Family"),
        _("Instance types for one purpose, on one kind of processor, in several sizes: m7g is a family."),
        aws="Instance family",
    ),
    Term(
        "generation",
        _("Generation"),
        _("The number in the name of an instance type; a newer one mostly does more for the money."),
        aws="Instance generation",
    ),
    Term(
        "size",
        _("Size"),
        _("The part of an instance type's name after the point: it says how much vCPU and memory there is."),
        aws="Instance size",
    ),
    Term(
        "ami",
        _("AMI (machine image)"),
        _("The image that an instance starts from: an operating system with what was installed on it."),
        vsphere="Template",
        hyperv="VM template (VMM)",
        kvm="Cloud image",
        aws="AMI (Amazon Machine Image)",
    ),
    Term(
        "launch_template",
        _("Launch template"),
        _("The answers to a launch under a name, kept in versions, so that it can be repeated."),
        aws="Launch template",
    ),
    Term(
        "auto_scaling_group",
        _("Auto Scaling group"),
        _("Instances from one launch template whose number follows the load, or stays at what is wanted."),
        kvm="AutoScalingGroup (OpenStack Heat)",
        aws="Auto Scaling group",
    ),
    Term(
        "hibernation",
        _("Hibernation"),
        _("A stop that keeps the memory on a disk, so that the VM goes on where it was."),
        vsphere="Suspend",
        hyperv="Saved state",
        kvm="Managed save",
        aws="Hibernation",
    ),
    Term(
        "protection",
        _("Termination protection, stop protection"),
        _("Settings that have to be taken off before an instance can be ended, or stopped: they prevent mistakes."),
        aws="Termination protection, stop protection",
    ),
    Term(
        "function",
        _("Function"),
        _("Code that the cloud runs when something calls it; one pays for the time that it runs."),
        aws="AWS Lambda",
    ),
    Term(
        "container_service",
        _("Container service"),
        _("Runs containers on servers that the cloud looks after."),
        vsphere="vSphere Kubernetes Service",
        kvm="OpenStack Magnum",
        aws="Amazon ECS, Amazon EKS, AWS Fargate",
    ),
)
