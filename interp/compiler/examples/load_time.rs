//! Time to load marshalled code objects: `load_time FILE...` compiles and marshals the files, then loads them all.

use std::time::{Duration, Instant};

use taipan_bytecode::marshal;
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut images = Vec::new();
    let started = Instant::now();
    for path in std::env::args().skip(1) {
        let code = compile_bytes(&std::fs::read(&path)?, &path, Mode::Exec, CompileFlags::default())?.code;
        images.push(marshal::dump_code(&code));
    }
    println!("compiled in {:?}", started.elapsed());
    const ROUNDS: u32 = 20;
    let mut total = Duration::ZERO;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let loaded: Result<Vec<_>, _> = images.iter().map(|image| marshal::load_code(image)).collect();
        total += started.elapsed();
        drop(std::hint::black_box(loaded?));
    }
    let bytes: usize = images.iter().map(Vec::len).sum();
    println!("{} files, {bytes} bytes, loaded in {:?}", images.len(), total / ROUNDS);
    Ok(())
}
