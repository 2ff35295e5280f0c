"""What a person types: each module has ``add_arguments`` and ``run``, which returns the exit code."""
