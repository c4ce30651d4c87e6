"""Placement of VMs on hosts, with proven bounds."""
