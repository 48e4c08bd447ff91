"""Evidence: what was shown of an environment, by which run, of which bytes, and who says so.

A run of a proof leaves a *record*: an in-toto statement whose subjects are the files that it read,
in a DSSE envelope. `tutela tce evidence` puts records beside the crosswalk of controls and says for
each what was shown, on which level, and what was not. It judges nobody: whether a control is met is
for an assessment by others.
"""
