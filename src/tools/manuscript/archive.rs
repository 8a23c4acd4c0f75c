//! A ZIP archive that is not trusted: what its header says of a size is not believed, and only what is asked for is
//! unpacked, in memory.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::tools::ImportError;
use crate::tools::decode::decode;

/// Files in an archive at most.
const MOST_FILES: usize = 10_000;
/// The largest file that is unpacked, in bytes.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes that are unpacked of one archive at most.
const MOST_TOGETHER: u64 = 64 * 1024 * 1024;

/// An open archive.
pub(super) struct Archive {
    file: String,
    zip: ZipArchive<Cursor<Vec<u8>>>,
    unpacked: u64,
}

impl Archive {
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Self, ImportError> {
        let broken = |what: String| ImportError::Broken { file: file.to_owned(), what };
        // Counted before the list of files is read: a list may be as long as the file.
        let files = bytes.windows(4).filter(|w| *w == b"PK\x01\x02").count();
        if files > MOST_FILES {
            return Err(broken(format!("{files} files are in it; at most {MOST_FILES} are taken")));
        }
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|e| broken(format!("this is not such an archive: {e}")))?;
        Ok(Self { file: file.to_owned(), zip, unpacked: 0 })
    }

    /// Unpacks a text of the archive; none when it is not there.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, ImportError> {
        let inside = format!("{} › {name}", self.file);
        let broken = |what: String| ImportError::Broken { file: inside.clone(), what };
        let entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(e) => return Err(broken(e.to_string())),
        };
        let most = MOST_BYTES.min(MOST_TOGETHER - self.unpacked);
        let mut bytes = Vec::new();
        entry
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| broken(format!("it cannot be unpacked: {e}")))?;
        if bytes.len() as u64 > most {
            return Err(broken(format!(
                "it unpacks to more than {most} bytes; at most {MOST_BYTES} are taken of a file, and {MOST_TOGETHER} of all"
            )));
        }
        self.unpacked += bytes.len() as u64;
        decode(&inside, &bytes).map(|decoded| Some(decoded.text))
    }

    /// Unpacks a text that must be there.
    pub fn needed(&mut self, name: &str) -> Result<String, ImportError> {
        let missing =
            || ImportError::Broken { file: self.file.clone(), what: format!("{name} is not in it") };
        let missing = missing();
        self.text(name)?.ok_or(missing)
    }
}
