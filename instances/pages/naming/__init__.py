"""The naming rule: any name taken apart."""
