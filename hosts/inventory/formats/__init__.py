"""What the makers of inventories call things."""
