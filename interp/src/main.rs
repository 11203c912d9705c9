//! The `taipan` binary.

/// What the standard library's collections allocate with; the runtime's own blocks come from the same place.
#[global_allocator]
static ALLOCATOR: taipan_runtime::memory::Allocator = taipan_runtime::memory::Allocator;

fn main() {
    std::process::exit(taipan::cli::main(std::env::args_os().collect()));
}
