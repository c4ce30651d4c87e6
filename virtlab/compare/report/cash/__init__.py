"""What an alternative costs over the months ahead: payments, what is bought at once, what growth adds."""
