"""What an operation is: its form, refusals, preview, plan and effects."""
