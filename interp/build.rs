//! Links the `taipan` binary at a fixed address.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A position-independent executable has its tables of pointers (classes, methods, the index of the library)
    // relocated each time it starts: 1.3 MB that are read and written for nothing.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
