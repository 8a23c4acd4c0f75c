//! Where Galley's files are.

use std::path::{Path, PathBuf};

use super::ConfigError;

/// The folders that hold Galley's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    config: PathBuf,
    data: PathBuf,
    state: PathBuf,
}

impl Home {
    /// Finds the folders: all below `GALLEY_HOME` when that is set, else where the system keeps such files.
    pub fn find() -> Result<Self, ConfigError> {
        if let Some(root) = std::env::var_os("GALLEY_HOME").filter(|v| !v.is_empty()) {
            return Ok(Self::at(Path::new(&root)));
        }
        let dirs = directories::ProjectDirs::from("", "", "galley").ok_or(ConfigError::NoHome)?;
        Ok(Self {
            config: dirs.config_dir().to_owned(),
            data: dirs.data_dir().to_owned(),
            state: dirs.state_dir().unwrap_or_else(|| dirs.data_dir()).to_owned(),
        })
    }

    /// Keeps all files below one folder.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { config: root.join("config"), data: root.join("data"), state: root.join("state") }
    }

    /// Returns the default database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join("galley.db")
    }

    /// Returns the folders that are Galley's own.
    #[must_use]
    pub fn folders(&self) -> [&Path; 3] {
        [&self.config, &self.data, &self.state]
    }

    /// Returns the author's configuration.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Returns the author's keymap.
    #[must_use]
    pub fn keymap_file(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// Returns the author's price overlay.
    #[must_use]
    pub fn prices_file(&self) -> PathBuf {
        self.config.join("prices.json")
    }

    /// Returns the keys of providers, which only the author may read.
    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        self.config.join("keys.toml")
    }

    /// Returns the folder of the author's themes.
    #[must_use]
    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    /// Returns the folder of the author's prompt templates.
    #[must_use]
    pub fn prompts(&self) -> PathBuf {
        self.config.join("prompts")
    }

    /// Returns the folder of the author's workflows.
    #[must_use]
    pub fn workflows(&self) -> PathBuf {
        self.config.join("workflows")
    }

    /// Returns the folder of the JSON Schemas that the author's workflows name.
    #[must_use]
    pub fn schemas(&self) -> PathBuf {
        self.config.join("schemas")
    }

    /// Returns the log file.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.state.join("galley.log")
    }

    /// Returns the folder of what the studio remembers between starts.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }
}
