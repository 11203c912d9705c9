//! The `taipan` binary.

/// What the standard library's collections allocate with; the runtime's own blocks come from the same place.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    std::process::exit(taipan::cli::main(std::env::args_os().collect()));
}
