"""What drives jobs when their moments come."""
