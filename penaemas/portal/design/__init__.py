"""The look: style sheets of our own, the scripts that the front end's build makes, and how both are served."""
