"""What EC2 asks of a machine that is to move there: what its types hold and connect, which licences it binds."""
