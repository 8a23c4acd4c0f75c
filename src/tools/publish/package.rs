//! ZIP archives that come out the same every time: no clock, no order but the given one.

use std::io::{Cursor, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// An archive in the making.
pub(super) struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Package {
    pub fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    /// Adds a file as it is: readers look for `mimetype` at a fixed place.
    pub fn stored(&mut self, name: &str, content: &str) -> Result<(), ZipError> {
        self.add(name, content, CompressionMethod::Stored)
    }

    /// Adds a file, deflated.
    pub fn file(&mut self, name: &str, content: &str) -> Result<(), ZipError> {
        self.add(name, content, CompressionMethod::Deflated)
    }

    fn add(&mut self, name: &str, content: &str, method: CompressionMethod) -> Result<(), ZipError> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .system(System::Dos);
        self.zip.start_file(name, options)?;
        self.zip.write_all(content.as_bytes())?;
        Ok(())
    }

    pub fn finish(self) -> Result<Vec<u8>, ZipError> {
        Ok(self.zip.finish()?.into_inner())
    }
}
