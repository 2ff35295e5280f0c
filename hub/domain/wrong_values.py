"""What is wrong with a value, in both languages of the house."""

from hub.domain.words import Words


class WrongValue(ValueError):
    """A value that cannot be used: what is wrong, and the remedy. As text it is English, as all logs are."""

    def __init__(self, problem: Words, remedy: Words) -> None:
        """Keep both parts for pages and the table of findings."""
        super().__init__(f"{problem.en}; {remedy.en}")
        self.problem = problem
        self.remedy = remedy
