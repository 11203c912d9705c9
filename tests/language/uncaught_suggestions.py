"""Suggestions: a name that is nearly right."""
counter = 1
print(conter)
