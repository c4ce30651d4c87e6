"""The catalogue read anew from the cloud: its bulk price list, and what it says of its instance types."""
