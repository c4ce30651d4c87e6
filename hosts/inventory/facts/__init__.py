"""What inventories state of VMs besides their sizes: read as words of closed lists, numbers and truth values."""
