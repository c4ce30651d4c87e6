"""Whether each machine can go where the comparison prices it, with evidence: rules over facts, one list of them."""
