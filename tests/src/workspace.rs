//! Paths of the workspace and of the binary under test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the tests crate lies in the workspace").to_path_buf()
}

/// The `taipan` to test: `$TAIPAN` if set, else the workspace's own, brought up to date first.
///
/// The own binary is that of the profile which the running test was built with, in the same
/// target folder; cargo decides whether it is out of date.
///
/// # Errors
/// A message when `$TAIPAN` names no file or the build fails.
pub fn taipan() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("TAIPAN") {
        let path = PathBuf::from(path);
        return match path.canonicalize() {
            Ok(path) => Ok(path),
            Err(error) => Err(format!("TAIPAN={}: {error}", path.display())),
        };
    }
    let test = std::env::current_exe().map_err(|error| format!("no path of the test: {error}"))?;
    let profile = test.parent().and_then(Path::parent).ok_or("the test lies outside a target folder")?;
    let target = profile.parent().ok_or("the test lies outside a target folder")?;
    let name = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root())
        .args([
            "build",
            "--quiet",
            "--package",
            "taipan",
            "--bin",
            "taipan",
            "--profile",
            name,
            "--target-dir",
        ])
        .arg(target)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err(format!("cargo build -p taipan: {status}"));
    }
    Ok(profile.join(format!("taipan{}", std::env::consts::EXE_SUFFIX)))
}

/// Every file under `folder` whose name ends with `.extension`, sorted.
///
/// # Errors
/// A message when a folder cannot be read.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() {
                if !hidden && !path.ends_with("target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
