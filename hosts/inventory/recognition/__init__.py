"""Which VMs of a file a lab has already: by what identifies them, in whichever spelling their vCenter is named."""
