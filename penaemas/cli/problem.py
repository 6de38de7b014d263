"""What a person in front of the terminal can mend."""


class Problem(Exception):
    """Something is wrong that the reader can mend: printed as two lines without a traceback; the command ends with 1.

    Args:
        sentence: what is wrong, and with what (a path, a port, a version).
        fix: what to do now, as an imperative.
    """

    def __init__(self, sentence: str, fix: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fix = fix
