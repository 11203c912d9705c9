//! Shared support of the test runners.
