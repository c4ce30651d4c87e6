"""Xen, Nitro and bare metal side by side."""
