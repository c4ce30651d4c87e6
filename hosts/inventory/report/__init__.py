"""What an import says of itself before it is accepted: columns, totals, rows left out."""
