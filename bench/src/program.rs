//! The programs of `bench/programs`.

use std::path::{Path, PathBuf};

/// A program and its test size.
pub struct Program {
    /// The file's stem.
    pub name: String,
    /// The Python file.
    pub file: PathBuf,
    /// The first line of the docstring.
    pub summary: String,
    size: String,
}

/// The folder `bench/` of the workspace.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The programs whose names contain one of `parts` (all if there are none), by name.
///
/// # Errors
/// A message when nothing matches a part, or a program declares no test size.
pub fn find(parts: &[String]) -> Result<Vec<Program>, String> {
    let folder = folder().join("programs");
    let show = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(show)? {
        let file = entry.map_err(show)?.path();
        if file.extension().is_some_and(|extension| extension == "py") {
            found.push(read(file)?);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    for part in parts {
        if !found.iter().any(|program| program.name.contains(part)) {
            return Err(format!("no program is named like {part:?}"));
        }
    }
    if !parts.is_empty() {
        // A whole name means that program alone, though others may contain it.
        let exact = |part: &String| found.iter().any(|program| program.name == *part);
        let exact: Vec<bool> = parts.iter().map(exact).collect();
        found.retain(|program| {
            parts.iter().zip(&exact).any(|(part, &exact)| match exact {
                true => program.name == *part,
                false => program.name.contains(part),
            })
        });
    }
    Ok(found)
}

fn read(file: PathBuf) -> Result<Program, String> {
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let size = text
        .lines()
        .find_map(|line| line.strip_prefix("# test-size: "))
        .ok_or_else(|| format!("{}: no `# test-size: N` line", file.display()))?;
    let summary = text.lines().next().unwrap_or_default().trim_matches('"');
    Ok(Program {
        name: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        summary: summary.to_owned(),
        size: size.trim().to_owned(),
        file,
    })
}

impl Program {
    /// What to pass on the command line: the test size, or nothing for the default one.
    pub fn arguments(&self, small: bool) -> Option<&str> {
        small.then_some(&self.size)
    }

    /// The committed output at the test size.
    ///
    /// # Errors
    /// A message when it is missing.
    pub fn expected(&self) -> Result<Vec<u8>, String> {
        let path = self.file.with_extension("expected");
        std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    }
}
