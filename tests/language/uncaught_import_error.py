"""A module that does not exist."""
import sys
import surely_not_a_module.sub
